import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@syncwatch/core'
import { startEmbeddedPostgres } from '@syncwatch/embedded-postgres'
import { FolderWorkers } from '@syncwatch/stores/folder'
import { makeTempFolder } from '@syncwatch/testkit'
import { isQuick, printReport } from '../support/report.ts'
import { median, rounded } from '../support/statistics.ts'
import type { Contestant, Times } from './contestant.ts'
import { ours } from './ours.ts'
import { rclone, unison, versionOf } from './peers.ts'
import { copyTree, makeTree, syncDisk, treeHash } from './tree.ts'

const MOST_UNCHANGED_S = 0.5
const MOST_ABOVE_UNISON = 1.5

const files = isQuick() ? 800 : 10_000
const rounds = isQuick() ? 3 : 5
/** A server has run for long when it syncs: its code is compiled, as that of the peers is. */
const WARM_UP_FILES = 400

const folder = await makeTempFolder('bench-sync')
const postgres = await startEmbeddedPostgres({ dataFolder: join(folder.path, 'postgres'), clock: systemClock() })
const workers = new FolderWorkers()
const shared = { serverUrl: postgres.url, workers }
const relaxed = ours({ ...shared, durability: 'relaxed' })
const full = ours({ ...shared, durability: 'full' })
const contestants = [relaxed, unison, full, rclone]
const times = new Map<string, Times[]>(contestants.map(({ name }) => [name, []]))
const source = join(folder.path, 'source')
let measured = 0
try {
  const { bytes } = await makeTree(source, files)
  const expected = await treeHash(source)
  await warmUp()
  for (let round = 0; round < rounds; round += 1)
    // Each begins once: what the one before left in the caches and queues of the disk falls on all of them.
    for (let turn = 0; turn < contestants.length; turn += 1) {
      const contestant = contestants[(round + turn) % contestants.length]
      if (contestant !== undefined) times.get(contestant.name)?.push(await measure(contestant, expected))
    }
  await report(bytes)
} finally {
  await workers.close()
  await postgres.stop()
  await folder.remove()
}

async function warmUp(): Promise<void> {
  const [left, right, work] = ['left', 'right', 'work'].map((name) => join(folder.path, 'warm-up', name)) as [
    string,
    string,
    string,
  ]
  for (const path of [right, work]) await mkdir(path, { recursive: true })
  await makeTree(left, WARM_UP_FILES)
  await relaxed.measure(left, right, work)
}

/** All is deleted at the very end: ext4 looks for a free inode for a long time where many were freed a moment ago. */
async function measure(contestant: Contestant, expected: string): Promise<Times> {
  measured += 1
  const place = join(folder.path, `${measured}`)
  const [left, right, work] = [join(place, 'left'), join(place, 'right'), join(place, 'work')]
  for (const path of [right, work]) await mkdir(path, { recursive: true })
  await copyTree(source, left)
  // What was copied for this turn is on the disk before it begins: nobody else's bytes are waited for.
  if (!isQuick()) await syncDisk()
  const taken = await contestant.measure(left, right, work)
  for (const side of [left, right])
    if ((await treeHash(side)) !== expected) throw new Error(`${contestant.name} left ${side} other than it should be.`)
  return taken
}

function medians(name: string): Times {
  const all = times.get(name) ?? []
  return { first: median(all.map(({ first }) => first)), unchanged: median(all.map(({ unchanged }) => unchanged)) }
}

async function report(bytes: number): Promise<void> {
  for (const { name } of contestants) {
    const { first, unchanged } = medians(name)
    const all = (times.get(name) ?? []).map(({ first }) => first.toFixed(2)).join(', ')
    console.log(`${name.padEnd(20)} first ${first.toFixed(2)} s (${all}), without changes ${unchanged.toFixed(2)} s`)
  }
  const [fast, safe, ofUnison, ofRclone] = [relaxed, full, unison, rclone].map(({ name }) => medians(name)) as [
    Times,
    Times,
    Times,
    Times,
  ]
  const failures = [
    fast.first < Math.min(ofUnison.first, ofRclone.first)
      ? ''
      : `The first run took ${fast.first.toFixed(2)} s (relaxed): not faster than unison and rclone bisync.`,
    safe.first <= MOST_ABOVE_UNISON * ofUnison.first
      ? ''
      : `The first run took ${safe.first.toFixed(2)} s (full): over ${MOST_ABOVE_UNISON} times as long as unison.`,
    Math.max(fast.unchanged, safe.unchanged) <= MOST_UNCHANGED_S
      ? ''
      : `A run without changes took ${Math.max(fast.unchanged, safe.unchanged).toFixed(2)} s: over ${MOST_UNCHANGED_S} s.`,
  ].filter((failure) => failure !== '')
  printReport(
    {
      bench: 'sync',
      ratio: rounded(Math.min(ofUnison.first, ofRclone.first) / fast.first),
      ours: {
        first_relaxed_s: rounded(fast.first),
        first_full_s: rounded(safe.first),
        unchanged_relaxed_s: rounded(fast.unchanged),
        unchanged_full_s: rounded(safe.unchanged),
      },
      peer: {
        name: `${await versionOf('unison', '-version')}, ${await versionOf('rclone', 'version')} bisync`,
        unison_first_s: rounded(ofUnison.first),
        unison_unchanged_s: rounded(ofUnison.unchanged),
        rclone_first_s: rounded(ofRclone.first),
        rclone_unchanged_s: rounded(ofRclone.unchanged),
      },
      setting: {
        files,
        bytes,
        rounds,
        content: 'full',
        postgres_fsync: 'on',
        order: 'interleaved, rotating',
        warm_up_files: WARM_UP_FILES,
      },
    },
    failures,
  )
}

import { execFileSync, spawnSync } from 'node:child_process'
import { readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { systemClock, systemRandom } from '@syncwatch/core'
import { makeTempFolder } from '@syncwatch/testkit'
import { expect, test } from 'vitest'
import { FolderVault } from '../src/vault-folder/index.ts'

function open(root: string) {
  return FolderVault.open({ root, clock: systemClock(), random: systemRandom() })
}

test('temporary files of ended processes are removed at the start, those of running ones are not', async () => {
  const temp = await makeTempFolder('vault')
  await open(temp.path)
  const host = hostname().replaceAll(/[^A-Za-z0-9-]/g, '-')
  const { pid: endedPid } = spawnSync('true')
  const uuid = '0190a000-0000-7000-8000-000000000000'
  const names = {
    ended: `${host}~${endedPid}~${uuid}.part`,
    running: `${host}~${process.pid}~${uuid}.part`,
    foreign: `elsewhere~1~${uuid}.part`,
    foreignAndOld: `elsewhere~2~${uuid}.part`,
  }
  for (const name of Object.values(names)) await writeFile(join(temp.path, 'tmp', name), 'half')
  const lastWeek = new Date(Date.now() - 7 * 86_400_000)
  await utimes(join(temp.path, 'tmp', names.foreignAndOld), lastWeek, lastWeek)
  await open(temp.path)
  expect(new Set(await readdir(join(temp.path, 'tmp')))).toEqual(new Set([names.running, names.foreign]))
  await temp.remove()
})

test('content that a crash cut short is written again', async () => {
  const temp = await makeTempFolder('vault')
  const vault = await open(temp.path)
  const content = async function* () {
    yield Buffer.from('whole content')
  }
  const { sha256 } = await vault.put(content())
  await writeFile(join(temp.path, 'content', sha256.slice(0, 2), sha256), 'who')
  await vault.put(content())
  const parts: Uint8Array[] = []
  for await (const part of await vault.read(sha256)) parts.push(part)
  expect(Buffer.concat(parts).toString()).toBe('whole content')
  await temp.remove()
})

const canMount = process.platform === 'linux' && process.getuid?.() === 0 && mounts()

test.runIf(canMount)('a disk that is full is disk_full, and nothing is left half-written', async () => {
  const temp = await makeTempFolder('vault')
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', temp.path])
  try {
    const vault = await open(temp.path)
    const large = async function* () {
      for (let index = 0; index < 20; index++) yield Buffer.alloc(100_000, index)
    }
    await expect(vault.put(large())).rejects.toMatchObject({ code: 'disk_full' })
    expect(await readdir(join(temp.path, 'tmp'))).toEqual([])
    expect(await vault.freeBytes()).toBeLessThanOrEqual(1024 * 1024)
  } finally {
    execFileSync('umount', [temp.path])
    await temp.remove()
  }
})

/** Whether this machine lets a test mount something: containers often do not, even for root. */
function mounts(): boolean {
  return spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0
}

test('a vault that cannot be reached is not one that lost its content', async () => {
  const temp = await makeTempFolder('vault')
  const vault = await open(temp.path)
  for (const folder of ['content', 'derivatives']) {
    await rm(join(temp.path, folder), { recursive: true })
    await symlink(folder, join(temp.path, folder))
  }
  const sha256 = 'a'.repeat(64)
  await expect(vault.has(sha256)).rejects.toMatchObject({ code: 'internal' })
  await expect(vault.read(sha256)).rejects.toMatchObject({ code: 'internal' })
  await expect(vault.readDerivative(sha256, '320.webp')).rejects.toMatchObject({ code: 'internal' })
  await temp.remove()
})

test('a look through the contents clears away what ended processes left beside them, and shows content only', async () => {
  const temp = await makeTempFolder('vault')
  const vault = await open(temp.path)
  const content = async function* () {
    yield Buffer.from('content')
  }
  const { sha256 } = await vault.put(content())
  const folder = join(temp.path, 'content', sha256.slice(0, 2))
  const { pid: endedPid } = spawnSync('true')
  const host = hostname().replaceAll(/[^A-Za-z0-9-]/g, '-')
  const [ended, running] = [endedPid, process.pid].map(
    (pid) => `${host}~${pid}~0190a000-0000-7000-8000-000000000000.part`,
  )
  for (const name of [ended, running]) await writeFile(join(folder, `${name}`), 'half')
  const seen: string[] = []
  for await (const lying of vault.contents()) seen.push(lying.sha256)
  expect(seen).toEqual([sha256])
  expect(new Set(await readdir(folder))).toEqual(new Set([sha256, running]))
  await temp.remove()
})

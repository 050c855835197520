import { execFileSync } from 'node:child_process'
import { lstatSync } from 'node:fs'
import { syncFile, syncFolder } from './system-call.ts'

/** What must be on the disk before work goes on: the bytes of a file, or the names in a folder. */
export interface DiskSync {
  readonly kind: 'file' | 'folder'
  readonly path: string
}

/**
 * File work that waits for the disk now and then. What it yields is on the disk when it is resumed; where that failed, the failure is
 * thrown into it.
 */
export type DiskWork<Result> = Generator<DiskSync, Result, undefined>

/** What work came to. */
export type Done<Result> =
  | { readonly kind: 'value'; readonly value: Result }
  | { readonly kind: 'failure'; readonly error: unknown }

/** From so many on the system is asked once for a whole file system: a disk is made to write in as many steps as it is asked. */
const MANY = 12

/** Does work that belongs to one group: all go on to their next wait for the disk, and then it is waited for once. */
export function doTogether<Result>(works: readonly DiskWork<Result>[]): Done<Result>[] {
  const done: Done<Result>[] = []
  let running = works.map((work, index) => ({ work, index, failure: null as { error: unknown } | null }))
  while (running.length > 0) {
    const waiting: { work: DiskWork<Result>; index: number; sync: DiskSync }[] = []
    for (const { work, index, failure } of running) {
      const step = advance(work, failure)
      if (step.kind === 'wait') waiting.push({ work, index, sync: step.sync })
      else done[index] = step
    }
    const failures = syncAll(waiting.map(({ sync }) => sync))
    running = waiting.map(({ work, index, sync }) => ({ work, index, failure: failures.get(sync.path) ?? null }))
  }
  return done
}

/** Does work alone. Throws what it throws. */
export function doAlone<Result>(work: DiskWork<Result>): Result {
  const [done] = doTogether([work])
  if (done === undefined) throw new Error('Work that came to nothing.')
  if (done.kind === 'failure') throw done.error
  return done.value
}

function advance<Result>(
  work: DiskWork<Result>,
  failure: { readonly error: unknown } | null,
): Done<Result> | { readonly kind: 'wait'; readonly sync: DiskSync } {
  try {
    const step = failure === null ? work.next() : work.throw(failure.error)
    return step.done === true ? { kind: 'value', value: step.value } : { kind: 'wait', sync: step.value }
  } catch (error) {
    return { kind: 'failure', error }
  }
}

/** Resolves to what failed, by path. */
function syncAll(syncs: readonly DiskSync[]): ReadonlyMap<string, { readonly error: unknown }> {
  const each = new Map(syncs.map((sync) => [sync.path, sync]))
  const failures = new Map<string, { error: unknown }>()
  if (each.size >= MANY && syncFileSystems([...each.keys()])) return failures
  for (const { kind, path } of each.values()) {
    try {
      if (kind === 'file') syncFile(path)
      else syncFolder(path)
    } catch (error) {
      failures.set(path, { error })
    }
  }
  return failures
}

/** False where this system has no such call, or where anything failed: then each is asked for by itself, and tells what it was. */
function syncFileSystems(paths: readonly string[]): boolean {
  if (process.platform !== 'linux') return false
  try {
    const places = new Map(paths.map((path) => [lstatSync(path).dev, path]))
    // Node has no syncfs; this program of the core utilities does nothing else.
    execFileSync('sync', ['-f', ...places.values()], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

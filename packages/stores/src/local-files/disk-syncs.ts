import { dirname } from 'node:path'
import { syncFile, syncFolder } from './system-call.ts'

/**
 * What must be on the disk before work goes on: the bytes of a file, or the names in a folder and, up to `top`, those of the folders that
 * it lies in, which somebody may have made a moment ago.
 */
export type DiskSync =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string; readonly top: string }

/**
 * File work that waits for the disk now and then. What it yields is on the disk when it is resumed; where that failed, the failure is
 * thrown into it.
 */
export type DiskWork<Result> = Generator<DiskSync, Result, undefined>

/** What work came to. */
export type Done<Result> =
  | { readonly kind: 'value'; readonly value: Result }
  | { readonly kind: 'failure'; readonly error: unknown }

/** How far work has come: to its end, or to a wait for the disk. */
export type Step<Result> = Done<Result> | { readonly kind: 'wait'; readonly sync: DiskSync }

/** What failed, by path. */
export type SyncFailures = ReadonlyMap<string, { readonly error: unknown }>

const NONE: SyncFailures = new Map()

/** Goes on to the end or to the next wait, after what it waited for is on the disk, or is among `failures`. */
export function advance<Result>(
  work: DiskWork<Result>,
  waited: DiskSync | null = null,
  failures: SyncFailures = NONE,
): Step<Result> {
  const failure = waited === null ? undefined : failures.get(waited.path)
  try {
    const step = failure === undefined ? work.next() : work.throw(failure.error)
    return step.done === true ? { kind: 'value', value: step.value } : { kind: 'wait', sync: step.value }
  } catch (error) {
    return { kind: 'failure', error }
  }
}

/** Does work alone. Throws what it throws. */
export function doAlone<Result>(work: DiskWork<Result>): Result {
  let step = advance(work)
  while (step.kind === 'wait') step = advance(work, step.sync, syncEach([step.sync]))
  if (step.kind === 'failure') throw step.error
  return step.value
}

/** Asks for each by itself, and nothing twice. Returns what failed. */
export function syncEach(syncs: readonly DiskSync[]): SyncFailures {
  const failures = new Map<string, { error: unknown }>()
  const done = new Map<string, { error: unknown } | null>()
  for (const sync of syncs)
    for (const path of sync.kind === 'file' ? [sync.path] : foldersUp(sync.path, sync.top)) {
      if (!done.has(path)) done.set(path, failureOf(sync.kind, path))
      const failure = done.get(path) ?? null
      if (failure !== null) failures.set(sync.path, failure)
    }
  return failures
}

function failureOf(kind: DiskSync['kind'], path: string): { error: unknown } | null {
  try {
    if (kind === 'file') syncFile(path)
    else syncFolder(path)
    return null
  } catch (error) {
    return { error }
  }
}

/** A folder and those that it lies in, up to `top`. */
export function foldersUp(folder: string, top: string): string[] {
  const folders = [folder]
  for (let path = folder; path !== top && path.length > top.length; ) {
    path = dirname(path)
    folders.push(path)
  }
  return folders
}

import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { type Clock, SyncwatchError, sleep } from '@syncwatch/core'
import type { OpenObject, StoreObject } from '@syncwatch/sync'
import { fileVersion, storeObject } from '../local-files/file-version.ts'
import { itemError } from './file-system-error.ts'
import { sidecarOf } from './sidecar-name.ts'

const CHUNK = 256 * 1024
/** A time this far ahead was set by a program or another machine's clock, and says nothing about writing. */
const FUTURE_MS = 2_000

export interface OpenFileOptions {
  readonly clock: Clock
  /** A file changed less than this many milliseconds ago is looked at again once it has rested that long. */
  readonly settleMs: number
  readonly signal: AbortSignal | undefined
}

/**
 * Opens a file for reading once it rests: size and mtime must be the same in two looks where it was changed a moment ago.
 * Follows no link, not even one that a folder on the way became. Rejects `item_changing` and the codes of `itemError`.
 */
export async function openFile(root: string, key: string, options: OpenFileOptions): Promise<OpenObject> {
  const path = join(root, key)
  const handle = await openNoFollow(path, key)
  try {
    await assertInside(root, path, key)
    const object = storeObject(key, await atRest(handle, key, options), await sidecarStats(path))
    return { object, stream: readAll(handle, object, options.signal), close: () => handle.close() }
  } catch (error) {
    await handle.close()
    throw options.signal?.aborted ? options.signal.reason : itemError(key, error)
  }
}

async function sidecarStats(path: string): Promise<BigIntStats | null> {
  const stats = await lstat(sidecarOf(path), { bigint: true }).catch(() => null)
  return stats?.isFile() ? stats : null
}

async function openNoFollow(path: string, key: string): Promise<FileHandle> {
  try {
    // O_NONBLOCK: opening a pipe that took the file's place must not wait for a writer.
    return await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    throw itemError(key, error)
  }
}

async function assertInside(root: string, path: string, key: string): Promise<void> {
  const parent = await realpath(dirname(path))
  if (parent !== root && !parent.startsWith(root.endsWith(sep) ? root : root + sep))
    throw new SyncwatchError('item_outside_root', `"${key}" lies behind a link that leads out of the folder.`)
}

async function atRest(handle: FileHandle, key: string, options: OpenFileOptions) {
  const first = await handle.stat({ bigint: true })
  if (!first.isFile()) throw new SyncwatchError('item_not_a_file', `"${key}" is not a file any more.`)
  const age = options.clock.now() - Number(first.mtimeMs)
  if (age >= options.settleMs || age < -FUTURE_MS) return first
  await sleep(options.clock, Math.min(options.settleMs, options.settleMs - age), options.signal)
  const second = await handle.stat({ bigint: true })
  if (fileVersion(first) === fileVersion(second)) return second
  throw new SyncwatchError('item_changing', `"${key}" is still being written. The next run looks again.`)
}

/**
 * Reads as many bytes as the file had when it was opened: one that grew meanwhile has another version, which the caller
 * looks at. Failures while reading are failures of this file, whatever is being done with its bytes.
 */
async function* readAll(
  handle: FileHandle,
  { key, size }: StoreObject,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for (let position = 0; position < size; ) {
    signal?.throwIfAborted()
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size - position))
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position).catch((error: unknown) => {
      throw itemError(key, error)
    })
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

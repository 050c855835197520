import { hash } from 'node:crypto'
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { StoreObject } from '@syncwatch/sync'
import type { DiskWork } from '../local-files/disk-syncs.ts'
import { fileVersion, storeObject } from '../local-files/file-version.ts'
import { assertInside } from '../local-files/parents.ts'
import { Refusal } from '../local-files/refusal.ts'
import { lookAt } from '../local-files/system-call.ts'
import { putBytes } from '../local-files/vault-content.ts'
import { readBytes } from '../local-files/whole-file.ts'
import { sidecarOf } from './sidecar-name.ts'

/** Files of more bytes are streamed: a thread must not be busy with one for long, and its bytes are in memory at once. */
const MAX_BYTES = 16 * 1024 * 1024
/** A time this far ahead was set by a program or another machine's clock, and says nothing about writing. */
const FUTURE_MS = 2_000

/** A file that is to be read to its end, hashed and, where a vault is named, kept there. */
export interface TakeFile {
  readonly root: string
  readonly key: string
  readonly settleMs: number
  readonly nowMs: number
  /** The root of a vault in a folder; null to hash only. */
  readonly vault: string | null
  readonly temporaryName: string
  readonly headBytes: number
  /** Whether the thread tells the MIME type instead of handing the first bytes on. */
  readonly sniff: boolean
  readonly durable: boolean
}

/** `slow`: it is large, or was changed a moment ago; whoever asked reads it as a stream, and waits. */
export type TakenFile =
  | { readonly kind: 'slow' }
  | {
      readonly kind: 'taken'
      readonly object: StoreObject
      readonly sha256: string
      readonly head: Uint8Array
      readonly sniff: boolean
      readonly mimeType?: string
    }

/** Follows no link. Throws `Refusal('item_changing')` where the file is another one, or was written to, when it has been read. */
export function* takeFile(take: TakeFile): DiskWork<TakenFile> {
  const path = join(take.root, take.key)
  const read = readFile(path, take)
  if (read === null) return { kind: 'slow' }
  const { before, bytes } = read
  const sha256 = hash('sha256', bytes, 'hex')
  const head = new Uint8Array(bytes.subarray(0, take.headBytes))
  if (take.vault !== null) yield* putBytes(bytes, { ...take, vault: take.vault, sha256 })
  assertUnchanged(path, fileVersion(before))
  const sidecar = lookAt(sidecarOf(path))
  const object = storeObject(take.key, before, sidecar?.isFile() ? sidecar : null)
  return { kind: 'taken', object, sha256, head, sniff: take.sniff }
}

/** The bytes are good until the next file is read. Null where it is to be read as a stream. */
function readFile(path: string, take: TakeFile): { before: BigIntStats; bytes: Buffer } | null {
  // O_NONBLOCK: opening a pipe that took the file's place must not wait for a writer.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  try {
    assertOpenedInside(file, take.root, path)
    const before = fstatSync(file, { bigint: true })
    if (!before.isFile()) throw new Refusal('item_not_a_file', 'is not a file any more')
    if (!isAtRest(before, take) || before.size > MAX_BYTES) return null
    const bytes = readBytes(file, Number(before.size))
    if (bytes.length < Number(before.size)) throw changing()
    return { before, bytes }
  } finally {
    closeSync(file)
  }
}

/** Linux tells what was opened, however it was reached: one call instead of one for each folder on the way. */
function assertOpenedInside(file: number, root: string, path: string): void {
  if (process.platform === 'linux' && openedPath(file) === path) return
  assertInside(root, path)
}

function openedPath(file: number): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${file}`)
  } catch {
    return null
  }
}

function isAtRest({ mtimeMs }: BigIntStats, { nowMs, settleMs }: TakeFile): boolean {
  const age = nowMs - Number(mtimeMs)
  return age >= settleMs || age < -FUTURE_MS
}

function assertUnchanged(path: string, version: string): void {
  const now = lookAt(path)
  if (now === null) throw new Refusal('item_not_found', 'vanished while it was read')
  if (fileVersion(now) !== version) throw changing()
}

const changing = () => new Refusal('item_changing', 'changed while it was read. The next run looks again')

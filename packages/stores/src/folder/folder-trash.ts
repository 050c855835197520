import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { lookAt } from '../local-files/system-call.ts'
import { OWN_PREFIX } from './ignored-names.ts'

/** Where deleted and overwritten files of a folder lie until their retention ends. A person can take them back by hand. */
export const TRASH_NAME = `${OWN_PREFIX}trash`

const DAY = /^\d{4}-\d{2}-\d{2}$/
const DAY_MS = 24 * 3_600_000

/**
 * A free place in the trash: `.syncwatch-trash/2030-01-31/photos/a.jpg`, with `unique` before the extension where that day has one
 * of this name already. Its folder is made.
 */
export function trashPlace(root: string, key: string, nowMs: number, unique: string): string {
  const plain = join(root, TRASH_NAME, new Date(nowMs).toISOString().slice(0, 10), key)
  mkdirSync(dirname(plain), { recursive: true })
  return lookAt(plain) === null ? plain : withMark(plain, unique)
}

function withMark(path: string, mark: string): string {
  const at = path.lastIndexOf('.')
  return at > path.lastIndexOf('/') + 1 ? `${path.slice(0, at)}.${mark}${path.slice(at)}` : `${path}.${mark}`
}

/** Removes the days of the trash that are over. What cannot be removed stays for the next time. */
export function emptyTrash(root: string, nowMs: number, days: number): void {
  const trash = join(root, TRASH_NAME)
  if (!lookAt(trash)?.isDirectory()) return
  const first = new Date(nowMs - days * DAY_MS).toISOString().slice(0, 10)
  for (const name of readdirSync(trash)) {
    if (!DAY.test(name) || name >= first) continue
    try {
      rmSync(join(trash, name), { recursive: true, force: true })
    } catch {
      // A file of another user; it is hidden and harms nobody.
    }
  }
}

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SyncwatchError } from '@syncwatch/core'

/** The right to manage one data folder. It ends with `release` or with the process, however that ends. */
export interface FolderLock {
  release(): void
}

/** SQLITE_BUSY, see https://www.sqlite.org/rescode.html */
const BUSY = 5

/** Two that start in the same instant may both see the other's first step; who waits this long sees the winner. */
const SETTLE_MS = 250

/**
 * Takes the lock of a data folder or fails with `data_folder_in_use`. Node has no file locks of its own, SQLite has: an
 * exclusive transaction on a file that stays empty is a lock of the operating system on every platform. It needs no
 * clean-up after kill -9, and unlike a lock inside Postgres it also covers the time before Postgres runs.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const holderFile = join(folder, 'holder')
  const database = openLockFile(join(folder, 'lock'))
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE') // No journal file: a full disk is no obstacle.
  } catch (cause) {
    database.close()
    if ((cause as { errcode?: number }).errcode !== BUSY) throw lockImpossible(folder, cause)
    const holder = (await readFile(holderFile, 'utf8').catch(() => '')).trim()
    const who = holder ? `Process ${holder}` : 'Another process'
    throw new SyncwatchError(
      'data_folder_in_use',
      `${who} already runs on the data folder ${folder}: stop it first, or choose another folder.`,
      { cause, details: { folder, ...(holder ? { pid: Number(holder) } : {}) } },
    )
  }
  await writeFile(holderFile, `${process.pid}\n`, { mode: 0o600 }).catch(() => {}) // It serves the sentence above only.
  return { release: () => database.isOpen && database.close() }
}

function openLockFile(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: SETTLE_MS })
  } catch (cause) {
    throw lockImpossible(path, cause)
  }
}

function lockImpossible(path: string, cause: unknown): SyncwatchError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new SyncwatchError(
    'postgres_unavailable',
    `The data folder cannot be locked at ${path} (${reason}): choose a folder on a local disk that this user may write.`,
    { cause },
  )
}

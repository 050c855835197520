import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { putAway, putAwayAtTheEnd } from './folder-keeper.ts'

/** A folder of its own for one test; `await using` deletes it, as does `remove`. */
export interface TempFolder extends AsyncDisposable {
  readonly path: string
  remove(): Promise<void>
}

/**
 * Makes an empty folder under the system's temporary folder, its real path without symlinks. It is deleted at the end of
 * this process at the latest, however that comes, and a Postgres that was left running in it is stopped before.
 */
export async function makeTempFolder(label = 'test'): Promise<TempFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), `syncwatch-${label}-`)))
  putAwayAtTheEnd(path)
  const remove = async () => {
    if (await mayRunPostgres(path)) await putAway(path)
    await rm(path, { recursive: true, force: true, maxRetries: 3 })
  }
  return { path, remove, [Symbol.asyncDispose]: remove }
}

async function mayRunPostgres(folder: string): Promise<boolean> {
  const files = await readdir(folder, { recursive: true }).catch(() => [])
  return files.some((file) => basename(file) === 'postmaster.pid')
}

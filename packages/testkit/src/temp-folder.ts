import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of its own for one test; `await using` deletes it, as does `remove`. */
export interface TempFolder extends AsyncDisposable {
  readonly path: string
  remove(): Promise<void>
}

/** Makes an empty folder under the system's temporary folder, its real path without symlinks. */
export async function makeTempFolder(label = 'test'): Promise<TempFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), `syncwatch-${label}-`)))
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 3 })
  return { path, remove, [Symbol.asyncDispose]: remove }
}

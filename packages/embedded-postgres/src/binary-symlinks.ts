import { readFile, symlink } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { SyncwatchError } from '@syncwatch/core'

/** One link as the package lists it; npm carries no symlinks, so an install script makes them. */
interface ListedLink {
  /** The file that is there, from the package's folder. */
  readonly source: string
  /** Where the link to it must be, from the package's folder. */
  readonly target: string
}

/** Makes the links that an install with --ignore-scripts left out. `packageName` is for the error's sentence. */
export async function restoreSymlinks(packageFolder: string, packageName: string): Promise<void> {
  for (const { source, target } of await listedLinks(packageFolder)) {
    const from = resolve(packageFolder, source)
    const at = resolve(packageFolder, target)
    if (![from, at].every((path) => path.startsWith(packageFolder + sep))) continue
    try {
      await symlink(relative(dirname(at), from), at)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue
      throw new SyncwatchError(
        'postgres_unavailable',
        `Links of ${packageName} are missing and cannot be made in ${packageFolder}: run npm rebuild ${packageName} as the user who owns it.`,
        { cause: error },
      )
    }
  }
}

async function listedLinks(packageFolder: string): Promise<ListedLink[]> {
  try {
    return JSON.parse(await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

import { realpath, stat } from 'node:fs/promises'
import { basename, isAbsolute, relative, sep } from 'node:path'
import { type StoreSummary, SyncwatchError } from '@syncwatch/core'

/** Inside a store the driver passes over a folder of this name, because it may be our data folder. */
const OWN_FOLDER = '.syncwatch'

/** The true path of a folder that may become a store. Rejects `invalid_input` with what is wrong with it. */
export async function usableFolder(folder: string, dataFolder: string): Promise<string> {
  if (!isAbsolute(folder)) throw refused(folder, 'is not an absolute path')
  const path = await truePath(folder)
  if (!(await stat(path)).isDirectory()) throw refused(folder, 'is not a folder')
  const data = await realpath(dataFolder).catch(() => dataFolder)
  if (contains(data, path)) throw refused(folder, 'lies inside the data folder of Syncwatch')
  if (contains(path, data) && !relative(path, data).split(sep).includes(OWN_FOLDER)) {
    throw refused(folder, `contains the data folder of Syncwatch (${data}); move that out, or name it ${OWN_FOLDER}`)
  }
  return path
}

/** The name of the folder, with a number where that is taken. */
export function freeName(location: string, stores: readonly StoreSummary[]): string {
  const taken = new Set(stores.map((store) => store.name))
  const plain = basename(location).slice(0, 90) || 'root'
  if (!taken.has(plain)) return plain
  let number = 2
  while (taken.has(`${plain} ${number}`)) number += 1
  return `${plain} ${number}`
}

async function truePath(folder: string): Promise<string> {
  try {
    return await realpath(folder)
  } catch (error) {
    const code = error instanceof Error ? Reflect.get(error, 'code') : undefined
    throw refused(folder, code === 'ENOENT' ? 'does not exist' : `cannot be opened (${String(code)})`)
  }
}

function contains(outer: string, inner: string): boolean {
  const way = relative(outer, inner)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

function refused(folder: string, why: string): SyncwatchError {
  return new SyncwatchError('invalid_input', `The folder ${folder} ${why}.`)
}

import { mkdir, mkdtemp, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { SyncwatchError } from '@syncwatch/core'

/**
 * Makes the data folder, its parents too, and sees that something can be made in it. Rejects `disk_full`, or
 * `configuration_invalid` with one sentence.
 */
export async function makeDataFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder)
    await rmdir(await mkdtemp(join(folder, '.probe-')))
  } catch (cause) {
    const code = codeOf(cause) ?? String(cause)
    const isFull = code === 'ENOSPC' || code === 'EDQUOT'
    throw isFull
      ? new SyncwatchError('disk_full', `There is no room left on the disk of ${folder}: free some space.`, { cause })
      : new SyncwatchError(
          'configuration_invalid',
          `The data folder ${folder} cannot be made or written (${code}): choose another with --data.`,
          { cause },
        )
  }
}

/** One folder after the other: below /proc, where nothing can be made, `mkdir` with `recursive` never comes to an end. */
async function makeFolder(folder: string): Promise<void> {
  if (await made(folder)) return
  const parent = dirname(folder)
  if (parent !== folder) await makeFolder(parent)
  await mkdir(folder, { mode: 0o700 })
}

/** False when the parent is missing, or says so. What is there and no folder is found out by what is made in it. */
async function made(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return true
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

import { statfs } from 'node:fs/promises'
import { byteWords } from '@syncwatch/core'
import { makeDataFolder } from '../server/make-data-folder.ts'
import { type Finding, failed, ok, warning } from './finding.ts'

const LITTLE_BYTES = 1_000_000_000

/** Can the data folder be written, and is there room? */
export async function checkDataFolder(folder: string): Promise<Finding> {
  try {
    await makeDataFolder(folder)
    const { bavail, bsize } = await statfs(folder)
    const free = `${folder}, ${byteWords(bavail * bsize)} free`
    return bavail * bsize < LITTLE_BYTES ? warning('Data', `${free}: that is little.`) : ok('Data', free)
  } catch (error) {
    return failed('Data', error instanceof Error ? error.message : String(error))
  }
}

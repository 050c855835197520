import { mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesText } from '../cli/output/words.ts'
import { type Finding, failed, ok, warning } from './finding.ts'

const LITTLE_BYTES = 1_000_000_000

/** Can the data folder be written, and is there room? */
export async function checkDataFolder(folder: string): Promise<Finding> {
  const probe = join(folder, `.doctor-${process.pid}`)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(probe, '')
    await rm(probe)
    const { bavail, bsize } = await statfs(folder)
    const free = `${folder}, ${bytesText(bavail * bsize)} free`
    return bavail * bsize < LITTLE_BYTES ? warning('Data', `${free}: that is little.`) : ok('Data', free)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return failed('Data', `${folder} cannot be written (${reason}): choose another with --data.`)
  }
}

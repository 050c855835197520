import { readdir, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Clock, Random } from '@syncwatch/core'

const HOST = hostname().replaceAll(/[^A-Za-z0-9-]/g, '-')
const NAME = /^(.+)~(\d+)~[0-9a-f-]+\.part$/
/** A temporary file of a machine that cannot be asked is left over after a day without a write. */
const FOREIGN_AGE_MS = 24 * 3_600_000

/** A name that tells whose it is, so that what a killed process left can be told from what another one is writing. */
export function temporaryName(random: Random, pid: number): string {
  return `${HOST}~${pid}~${random.uuid()}.part`
}

/** Removes what ended processes left behind, and touches nothing that has another name. Returns how many files that were. */
export async function removeLeftovers(folder: string, clock: Clock): Promise<number> {
  let removed = 0
  for (const name of await readdir(folder)) {
    if (!(await isLeftOver(join(folder, name), name, clock))) continue
    await rm(join(folder, name), { force: true })
    removed += 1
  }
  return removed
}

async function isLeftOver(path: string, name: string, clock: Clock): Promise<boolean> {
  const [, host, pid] = NAME.exec(name) ?? []
  // Content lies beside such files, and it is as old as it is.
  if (host === undefined) return false
  if (host === HOST && pid !== undefined) return !isRunning(Number(pid))
  const stats = await stat(path).catch(() => null)
  return stats !== null && clock.now() - stats.mtimeMs > FOREIGN_AGE_MS
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

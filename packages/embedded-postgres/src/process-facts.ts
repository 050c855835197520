import { readFile, stat } from 'node:fs/promises'
import type { Host } from './host.ts'
import { runProgram } from './run-program.ts'

/** Whether the process runs. One that ended and that nobody has collected yet does not. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return !/^\d+ \(.*\) [ZX]/s.test(status)
}

/**
 * Whether the process is a Postgres that works in this folder. After a restart of the machine the number in a stale
 * `postmaster.pid` may be any other program's. On Linux the working folder decides (Postgres stays in its data
 * folder); elsewhere the name of the program does.
 */
export async function worksIn(pid: number, folder: string, host: Host): Promise<boolean> {
  if (host.platform === 'linux') {
    const [theirs, ours] = await Promise.all([stat(`/proc/${pid}/cwd`).catch(() => undefined), stat(folder)])
    if (theirs) return theirs.ino === ours.ino && theirs.dev === ours.dev
  }
  const { output } = await runProgram(['ps', '-o', 'command=', '-p', String(pid)])
  return /postgres/.test(output)
}

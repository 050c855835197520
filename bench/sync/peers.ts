import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Contestant, seconds } from './contestant.ts'

const run = promisify(execFile)

/** Options that make it do the same work: times are kept, nobody is asked. */
export const unison: Contestant = {
  name: 'unison',
  measure: async (left, right, work) => {
    const env = { ...process.env, UNISON: work, HOME: work }
    const args = [left, right, '-batch', '-auto', '-silent', '-ui', 'text', '-times', '-confirmbigdel=false']
    const sync = () => run('unison', args, { env, maxBuffer: 64 * 1024 * 1024 })
    return { first: await seconds(sync), unchanged: await seconds(sync) }
  },
}

export const rclone: Contestant = {
  name: 'rclone bisync',
  measure: async (left, right, work) => {
    const workdir = join(work, 'bisync')
    await mkdir(workdir)
    const env = { ...process.env, HOME: work, RCLONE_CONFIG: join(work, 'rclone.conf') }
    const args = ['bisync', left, right, '--workdir', workdir, '--force']
    const sync = (...more: string[]) => run('rclone', [...args, ...more], { env, maxBuffer: 64 * 1024 * 1024 })
    return { first: await seconds(() => sync('--resync')), unchanged: await seconds(() => sync()) }
  },
}

export async function versionOf(program: string, flag: string): Promise<string> {
  const { stdout } = await run(program, [flag])
  return stdout.split('\n')[0] ?? ''
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { makeTempFolder, waitFor } from '@syncwatch/testkit'
import { expect, test } from 'vitest'

const here = (path: string) => JSON.stringify(new URL(path, import.meta.url))
const SCRIPT = `
  const { makeTempFolder } = await import(${here('../src/temp-folder.ts')})
  const { startEmbeddedPostgres } = await import(${here('../../embedded-postgres/src/index.ts')})
  const folder = process.env.FOLDER ?? (await makeTempFolder('kept')).path
  const { pid } = await startEmbeddedPostgres({ dataFolder: folder + '/postgres' })
  setInterval(() => {}, 60_000)
  console.log(JSON.stringify({ folder, pid }))`

/** A process that runs an embedded Postgres in the folder, or in one that it makes for itself. */
async function startHolder(folder?: string) {
  const child = spawn(process.execPath, ['--conditions=@syncwatch/source', '--input-type=module', '-e', SCRIPT], {
    detached: true,
    env: { ...process.env, ...(folder === undefined ? {} : { FOLDER: folder }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  const news = JSON.parse(String(line)) as { folder: string; pid: number }
  return { ...news, kill: (signal: NodeJS.Signals) => process.kill(-(child.pid ?? 0), signal) }
}

/** One that has ended and that nobody has collected yet has no command line any more. */
const runs = (pid: number) => existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== ''

test.runIf(process.platform === 'linux').each(['SIGINT', 'SIGKILL'] as const)(
  'a process that ends by %s leaves neither its folder nor the Postgres in it',
  async (signal) => {
    const { folder, pid, kill } = await startHolder()
    expect([existsSync(folder), runs(pid)]).toEqual([true, true])
    kill(signal)
    await waitFor(() => !existsSync(folder) && !runs(pid), { what: 'everything to be gone', timeoutMs: 20_000 })
  },
)

test.runIf(process.platform === 'linux')(
  'removing a folder stops the Postgres that a killed process left in it',
  async () => {
    const folder = await makeTempFolder('left')
    const { pid, kill } = await startHolder(folder.path)
    kill('SIGKILL')
    expect(runs(pid)).toBe(true)
    await folder.remove()
    expect([existsSync(folder.path), runs(pid)]).toEqual([false, false])
  },
)

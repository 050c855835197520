import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { startThrowawayPostgres, waitFor } from '@syncwatch/testkit'
import pg from 'pg'
import { expect, test } from 'vitest'

const SCRIPT = `
  const { startThrowawayPostgres } = await import(${JSON.stringify(new URL('../src/throwaway-postgres.ts', import.meta.url))})
  const server = await startThrowawayPostgres()
  setInterval(() => {}, 60_000)
  console.log(server.url)`

/** As after Ctrl-C, a crash, or an impatient person: nothing of ours runs at the end. */
test.each(['SIGINT', 'SIGKILL'] as const)('is gone with its folder when the run ends by %s', async (signal) => {
  const run = spawn(process.execPath, ['--conditions=@syncwatch/source', '--input-type=module', '-e', SCRIPT], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [url] = await once(createInterface({ input: run.stdout }), 'line')
  const client = new pg.Client({ connectionString: String(url) })
  client.on('error', () => {})
  await client.connect()
  const { rows } = await client.query<{ folder: string }>("SELECT current_setting('data_directory') AS folder")
  const folder = rows[0]?.folder ?? ''
  expect((await stat(folder)).isDirectory()).toBe(true)
  process.kill(-(run.pid ?? 0), signal)
  await waitFor(
    () =>
      stat(folder).then(
        () => false,
        () => true,
      ),
    { what: `${folder} to be deleted` },
  )
  await client.end().catch(() => {})
})

test.each(['orderly', 'crash'] as const)('restarts on the same data and port: %s', async (manner) => {
  const server = await startThrowawayPostgres()
  try {
    const ask = async (text: string) => {
      const client = new pg.Client({ connectionString: server.url })
      await client.connect()
      const { rows } = await client.query<{ n: number }>(text)
      await client.end()
      return rows[0]?.n
    }
    await ask('CREATE TABLE kept AS SELECT 7 AS n')
    await server.restart(manner)
    expect(await ask('SELECT n FROM kept')).toBe(7)
  } finally {
    await server.stop()
  }
})

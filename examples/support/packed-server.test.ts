import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createTestDatabase } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { packedFolder } from './packed-project.ts'

test('the packed server starts, has its panel and its API, and stops in order', { timeout: 300_000 }, async () => {
  const project = await packedFolder(['syncwatch'])
  const database = await createTestDatabase({ migrate: 'none' })
  onTestFinished(() => database.drop())
  const program = join(project, 'node_modules/syncwatch/bin/syncwatch.mjs')
  const server = spawn(process.execPath, [program, 'serve', '--json', '--no-open', '--port', '0'], {
    cwd: project,
    env: { PATH: process.env.PATH, DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void server.kill('SIGKILL'))
  const [line] = (await Promise.race([
    once(createInterface({ input: server.stdout }), 'line'),
    once(server, 'exit').then(([code]) => Promise.reject(new Error(`It ended with ${code}.`))),
  ])) as [string]
  const { url } = JSON.parse(line) as { url: string }
  expect(await (await fetch(url)).text()).toContain('<div id="root"')
  expect((await fetch(new URL('/api/v1/status', url))).status).toBe(200)
  server.kill('SIGTERM')
  expect((await once(server, 'exit'))[0]).toBe(0)
})

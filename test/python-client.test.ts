import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createSyncClient } from '@syncwatch/client'
import { createTestDatabase, makeTempFolder, waitFor } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { freePort, ServerProcess } from './support/server-process.ts'

const hasPython = spawnSync('python3', ['--version']).status === 0

/** The example, run as its README says, with the lines that it printed. */
class Follower {
  readonly rows: { id: string; status: string; progress: number | null; message: string | null }[] = []
  readonly process: ChildProcess
  errors = ''

  constructor(url: string) {
    const file = fileURLToPath(new URL('../examples/python/follow.py', import.meta.url))
    this.process = spawn('python3', [file, url], { stdio: ['ignore', 'pipe', 'pipe'] })
    let rest = ''
    this.process.stdout?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n')
      rest = lines.pop() ?? ''
      this.rows.push(...lines.map((line) => JSON.parse(line)))
    })
    this.process.stderr?.on('data', (chunk: Buffer) => {
      this.errors += chunk.toString()
    })
  }

  async sees(id: string, wanted: Record<string, unknown>): Promise<void> {
    const isSeen = () => this.rows.some((row) => row.id === id && matches(row, wanted))
    await waitFor(isSeen, { what: `${JSON.stringify(wanted)} (${this.errors})`, timeoutMs: 30_000, intervalMs: 20 })
  }
}

const matches = (row: object, wanted: Record<string, unknown>) =>
  Object.entries(wanted).every(([name, value]) => (row as Record<string, unknown>)[name] === value)

test.skipIf(!hasPython)(
  'the Python client follows an operation, through a restart of the server (skipped where there is no python3)',
  async () => {
    const database = await createTestDatabase({ migrate: 'none' })
    onTestFinished(() => database.drop())
    const data = await makeTempFolder('data')
    onTestFinished(() => data.remove())
    const port = await freePort()
    const start = async () => {
      const server = new ServerProcess(['--data', data.path], port, { DATABASE_URL: database.url })
      onTestFinished(() => server.end('SIGTERM'))
      await server.ready()
      return server
    }
    const first = await start()
    const { http } = createSyncClient({ url: first.url })
    const { id } = await http.operations.create({ operation_type: 'upload', total_items: 10 })
    const follower = new Follower(first.url)
    onTestFinished(() => void follower.process.kill())
    await follower.sees(id, { status: 'pending' })
    await http.operations.progress(id, { processed_items: 4, message: 'four of ten ✓' })
    await follower.sees(id, { status: 'in_progress', progress: 40, message: 'four of ten ✓' })

    await first.end('SIGTERM')
    await start()
    await http.operations.complete(id, { status: 'completed' })
    await follower.sees(id, { status: 'completed', progress: 100 })
    expect(follower.errors).toContain('lost: ')
    expect(follower.process.exitCode).toBeNull()
  },
  120_000,
)

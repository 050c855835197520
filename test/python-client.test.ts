import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createSyncClient } from '@syncwatch/client'
import { type EndedStatus, isEnded } from '@syncwatch/core'
import { createSyncStatusManager, type SyncStatusManager } from '@syncwatch/status-manager'
import { createTestDatabase, makeTempFolder, waitFor } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { freePort, ServerProcess } from './support/server-process.ts'

const hasPython = spawnSync('python3', ['--version']).status === 0

const ENDS: readonly EndedStatus[] = ['completed', 'failed', 'cancelled']
const AT_ONCE = 30

/** What the example prints of an operation. */
interface Shown {
  readonly id: string
  readonly status: string
  readonly progress: number | null
  readonly message: string | null
}

/** The example, run as its README says, with the lines that it printed. */
class Follower {
  readonly rows: Shown[] = []
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

/** Begins some operations and ends them, in every way there is. */
async function endMany(manager: SyncStatusManager, name: string): Promise<string[]> {
  const each = async (index: number) => {
    const id = await manager.createSyncOperation({ operation_type: 'upload', total_items: 10 })
    await manager.updateProgress(id, { processed_items: index % 10 }, { durability: 'await' })
    const status = ENDS[index % ENDS.length] as EndedStatus
    await manager.completeSyncOperation(id, status, undefined, `${name} ${index}`)
    return id
  }
  return await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => each(index)))
}

/** Each of them is shown last as the database has it. */
async function shownAsKept(follower: Follower, manager: SyncStatusManager, ids: readonly string[]): Promise<void> {
  const kept = await Promise.all(ids.map((id) => manager.getOperation(id)))
  expect(kept.every(({ status }) => isEnded(status))).toBe(true)
  const last = () => new Map(follower.rows.map((row) => [row.id, row]))
  const wrong = () => {
    const shown = last()
    return kept.filter(
      ({ id, status, progress, message }) => !matches(shown.get(id) ?? {}, { status, progress, message }),
    )
  }
  await waitFor(() => wrong().length === 0, { what: 'every end to be shown', timeoutMs: 30_000, intervalMs: 20 }).catch(
    () => {
      const shown = last()
      expect(wrong().map(({ id, status }) => `${status}, shown as ${JSON.stringify(shown.get(id))}`)).toEqual([])
    },
  )
}

/** What was shown of an operation after its end, and is not that end. */
function movedAfterEnd(rows: readonly Shown[]): Shown[] {
  const ends = new Map<string, Shown>()
  return rows.filter((row) => {
    const end = ends.get(row.id)
    if (end === undefined && isEnded(row.status as EndedStatus)) ends.set(row.id, row)
    return end !== undefined && JSON.stringify(end) !== JSON.stringify(row)
  })
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

    // Works straight on the database, as any other process of the host does.
    const manager = createSyncStatusManager({ databaseUrl: database.url })
    onTestFinished(() => manager.stop())
    const ended = await endMany(manager, 'seen live')
    await shownAsKept(follower, manager, ended)

    await first.end('SIGTERM')
    ended.push(...(await endMany(manager, 'while nobody was there')))
    await start()
    await http.operations.complete(id, { status: 'completed' })
    await follower.sees(id, { status: 'completed', progress: 100 })
    ended.push(id, ...(await endMany(manager, 'seen live again')))
    await shownAsKept(follower, manager, ended)
    expect(movedAfterEnd(follower.rows)).toEqual([])
    expect(follower.errors).toContain('lost: ')
    expect(follower.process.exitCode).toBeNull()
  },
  120_000,
)

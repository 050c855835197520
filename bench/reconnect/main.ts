import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { systemClock } from '@syncwatch/core'
import { createPool, migrate } from '@syncwatch/database'
import { startEmbeddedPostgres } from '@syncwatch/embedded-postgres'
import { makeTempFolder } from '@syncwatch/testkit'
import type pg from 'pg'
import { Child } from '../support/child.ts'
import { isQuick, printReport } from '../support/report.ts'
import { median, rounded } from '../support/statistics.ts'
import type { HerdRequest, NodeRequest, Statement } from './protocol.ts'

const CLIENTS = 2000
/** So few say what a node reads and writes anyway when it comes up and somebody watches. */
const FEW = 20
const OPERATIONS = 50
const MOST_READS = 10
const WRITE_WINDOW_MS = 50
/** Statements are counted for so long after the server is back, with few clients and with many. */
const COUNTED_MS = 12_000

interface Round {
  /** Since the server was killed, and since the new one listened; milliseconds for each client. */
  sinceLost: number[]
  sinceBack: number[]
  reads: number
  /** In the second with most of them: those that let clients in, and all. */
  admissions: number
  writes: number
  texts: Record<string, number>
}

const folder = await makeTempFolder()
const postgres = await startEmbeddedPostgres({ dataFolder: `${folder.path}/postgres`, clock: systemClock() })
const pool = createPool({ url: postgres.url, max: 4 })
const secret = randomBytes(32).toString('hex')
const port = await freePort()
const herds = [0, 1].map(() => new Child(new URL('./herd.ts', import.meta.url)))
let node = newNode()
const rounds: Round[] = []
try {
  await migrate(pool, { sets: ['status'] })
  const url = await startNode()
  const ids = await makeOperations(pool, OPERATIONS)
  await connect(url, FEW)
  const few = await loseServer(ids, 0)
  await connect(url, CLIENTS - FEW)
  for (let round = 1; round <= (isQuick() ? 1 : 5); round += 1) rounds.push(await loseServer(ids, round))
  report(few)
} finally {
  await Promise.all([node, ...herds].map((child) => child.stop()))
  await pool.end()
  await postgres.stop()
  await folder.remove()
}

function newNode(): Child {
  return new Child(new URL('./node.ts', import.meta.url))
}

async function startNode(): Promise<string> {
  return await node.ask<string>({ ask: 'start', databaseUrl: postgres.url, port, secret } satisfies NodeRequest)
}

async function connect(url: string, count: number): Promise<void> {
  const request: HerdRequest = { ask: 'connect', url, secret, count: count / herds.length }
  await Promise.all(herds.map((herd) => herd.ask(request)))
}

/** The server crashes, everything changes meanwhile, a new one comes up at the same address. */
async function loseServer(ids: readonly string[], round: number): Promise<Round> {
  // Everybody has been there for a while: nothing is left of the last time.
  await wait(2000)
  const lostAt = now()
  await node.kill()
  const revisions = await changeAll(pool, ids, round)
  node = newNode()
  const consistent = herds.map((herd) => herd.ask<number[]>({ ask: 'consistent', revisions } satisfies HerdRequest))
  await startNode()
  const backAt = now()
  const times = (await Promise.all(consistent)).flat()
  await wait(Math.max(0, backAt + COUNTED_MS - now()))
  const during = await statements(backAt, backAt + COUNTED_MS)
  const texts: Record<string, number> = {}
  for (const { text } of during) texts[text] = (texts[text] ?? 0) + 1
  return {
    sinceLost: times.map((time) => time - lostAt),
    sinceBack: times.map((time) => time - backAt),
    reads: during.filter(({ isWrite }) => !isWrite).length,
    admissions: mostInASecond(during.filter(({ text }) => text.includes('sync_tickets_used'))),
    writes: mostInASecond(during.filter(({ isWrite }) => isWrite)),
    texts,
  }
}

function mostInASecond(writes: readonly Statement[]): number {
  return Math.max(0, ...writes.map(({ at }) => writes.filter((other) => other.at >= at && other.at < at + 1000).length))
}

async function statements(from: number, to: number): Promise<Statement[]> {
  return await node.ask<Statement[]>({ ask: 'statements', from, to } satisfies NodeRequest)
}

/** By SQL: what a node drives itself is recovered when it dies, and these are to go on. */
async function makeOperations(database: pg.Pool, count: number): Promise<string[]> {
  const { rows } = await database.query<{ id: string }>(
    `INSERT INTO sync_operations (operation_type, total_items) SELECT 'full_sync', 100 FROM generate_series(1, $1) RETURNING id`,
    [count],
  )
  return rows.map(({ id }) => id)
}

async function changeAll(database: pg.Pool, ids: readonly string[], round: number): Promise<Record<string, number>> {
  for (const id of ids)
    await database.query('SELECT update_sync_progress($1, NULL, $2, 0, $3)', [id, 10 + round, `while away, ${round}`])
  const { rows } = await database.query<{ id: string; rev: string }>('SELECT id, rev FROM sync_operations')
  return Object.fromEntries(rows.map(({ id, rev }) => [id, Number(rev)]))
}

function report(atRest: Round): void {
  const sinceLost = rounds.flatMap((round) => round.sinceLost)
  const sinceBack = rounds.flatMap((round) => round.sinceBack)
  const reads = Math.max(...rounds.map((round) => round.reads)) - atRest.reads
  const windows = 1000 / WRITE_WINDOW_MS
  const admissions = Math.max(...rounds.map((round) => round.admissions)) / windows
  for (const [text, times] of Object.entries(rounds.at(-1)?.texts ?? {}))
    console.log(`${times} (${atRest.texts[text] ?? 0} with ${FEW} clients): ${text}`)
  const failures: string[] = []
  if (sinceLost.length !== CLIENTS * rounds.length) failures.push('Not every client came back.')
  if (Math.max(...sinceBack) > COUNTED_MS)
    failures.push('Some came back after the time in which statements were counted.')
  if (reads > MOST_READS) failures.push(`${reads} reads more than with ${FEW} clients; at most ${MOST_READS}.`)
  if (admissions > 1)
    failures.push(`${admissions.toFixed(2)} writes to let clients in for each ${WRITE_WINDOW_MS} ms; at most one.`)
  printReport(
    {
      bench: 'reconnect',
      // Statements that one read a client would have been, for each one that there was.
      ratio: rounded(CLIENTS / Math.max(1, reads)),
      ours: {
        median_ms_since_lost: rounded(median(sinceLost)),
        worst_ms_since_lost: rounded(Math.max(...sinceLost)),
        median_ms_since_server_back: rounded(median(sinceBack)),
        worst_ms_since_server_back: rounded(Math.max(...sinceBack)),
        reads_beyond_those_of_few: reads,
        reads_in_all: Math.max(...rounds.map((round) => round.reads)),
        reads_with_few: atRest.reads,
        most_admission_writes_each_50_ms: rounded(admissions),
        most_writes_each_50_ms: rounded(Math.max(...rounds.map((round) => round.writes)) / windows),
      },
      peer: { name: 'a read and a write a client', reads: CLIENTS, writes: CLIENTS },
      setting: {
        clients: CLIENTS,
        few: FEW,
        counted_seconds: COUNTED_MS / 1000,
        operations: OPERATIONS,
        rounds: rounds.length,
        lost_by: 'SIGKILL',
        tickets: true,
      },
    },
    failures,
  )
}

function now(): number {
  return performance.timeOrigin + performance.now()
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: free } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return free
}

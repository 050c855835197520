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
/** Statements are counted until everybody is back, and at least for so long after the server is; with few clients as long as with many. */
const LEAST_COUNTED_MS = 12_000
/** A share of up to 30 s is what a client waits whose first few attempts came quickly after each other. */
const MOST_COUNTED_MS = 45_000
const quick = isQuick()
/** In a quick run only this much is compared, in which most are back; who comes later is still waited for. */
const quickCountedMs = quick ? 5_000 : undefined

interface Round {
  /** Since the server was killed, and since the new one listened; milliseconds for each client. */
  sinceLost: number[]
  sinceBack: number[]
  countedMs: number
  /** After the server was back, in milliseconds since then. */
  statements: readonly Statement[]
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
  const few = await loseServer(ids, 0, quickCountedMs ?? MOST_COUNTED_MS)
  await connect(url, CLIENTS - FEW)
  for (let round = 1; round <= (quick ? 1 : 5); round += 1) rounds.push(await loseServer(ids, round, quickCountedMs))
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
async function loseServer(ids: readonly string[], round: number, forMs?: number): Promise<Round> {
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
  const sinceBack = times.map((time) => time - backAt)
  const countedMs = forMs ?? Math.max(LEAST_COUNTED_MS, Math.max(...sinceBack) + 1000)
  await wait(Math.max(0, backAt + countedMs - now()))
  return {
    sinceLost: times.map((time) => time - lostAt),
    sinceBack,
    countedMs,
    statements: (await statements(backAt, backAt + countedMs)).map((one) => ({ ...one, at: one.at - backAt })),
  }
}

function readsIn({ statements }: Round, ms: number): number {
  return statements.filter(({ isWrite, at }) => !isWrite && at <= ms).length
}

/** In the second with most of them. */
function mostInASecond(writes: readonly Statement[]): number {
  return Math.max(0, ...writes.map(({ at }) => writes.filter((other) => other.at >= at && other.at < at + 1000).length))
}

function timesOfEach({ statements }: Round, ms: number): Record<string, number> {
  const times: Record<string, number> = {}
  for (const { text, at } of statements) if (at <= ms) times[text] = (times[text] ?? 0) + 1
  return times
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
  const beyond = rounds.map((round) => readsIn(round, round.countedMs) - readsIn(atRest, round.countedMs))
  const reads = Math.max(...beyond)
  const worst = rounds[beyond.indexOf(reads)] as Round
  const windows = 1000 / WRITE_WINDOW_MS
  const most = (ofRound: (round: Round) => readonly Statement[]) =>
    Math.max(...rounds.map((round) => mostInASecond(ofRound(round)))) / windows
  const admissions = most((round) => round.statements.filter(({ text }) => text.includes('sync_tickets_used')))
  const withFew = timesOfEach(atRest, worst.countedMs)
  for (const [text, times] of Object.entries(timesOfEach(worst, worst.countedMs)))
    console.log(`${times} (${withFew[text] ?? 0} with ${FEW} clients): ${text}`)
  const failures: string[] = []
  if (sinceLost.length !== CLIENTS * rounds.length) failures.push('Not every client came back.')
  if (Math.max(...sinceBack) > MOST_COUNTED_MS)
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
        reads_in_all: readsIn(worst, worst.countedMs),
        reads_with_few: readsIn(atRest, worst.countedMs),
        most_admission_writes_each_50_ms: rounded(admissions),
        most_writes_each_50_ms: rounded(most((round) => round.statements.filter(({ isWrite }) => isWrite))),
      },
      peer: { name: 'a read and a write a client', reads: CLIENTS, writes: CLIENTS },
      setting: {
        clients: CLIENTS,
        few: FEW,
        counted_seconds: rounded(worst.countedMs / 1000),
        operations: OPERATIONS,
        rounds: rounds.length,
        lost_by: 'SIGKILL',
        tickets: true,
        quick,
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

import { createServer } from 'node:net'
import { migrate } from '@syncwatch/database'
import { startThrowawayPostgres, type ThrowawayPostgres, waitFor } from '@syncwatch/testkit'
import pg from 'pg'
import { recordStates } from '../support/committed-states.ts'
import { NodeProcess } from './node-process.ts'
import type { NodeReport } from './node-protocol.ts'
import { NODES } from './schedule.ts'

/** A node begins with caches to fill; what it holds after so many stories is what it is measured by. */
const WARM_AFTER = 5

interface Place {
  readonly port: number
  process: NodeProcess
  /** Stories that this process has lived through, and what it held when it was warm. */
  stories: number
  warm: NodeReport | null
  last: NodeReport | null
}

/** What the heap of one process grew by since it was warm, and all that it held at its end. Bytes. */
export interface Growth {
  readonly stories: number
  readonly heap: number
  readonly rss: number
}

/** One Postgres of its own and a process for each node; they live from story to story, until one of those ends them. */
export class Arena {
  readonly pool: pg.Pool
  readonly growths: Growth[] = []
  readonly #postgres: ThrowawayPostgres
  readonly #places: Place[] = []
  /** A process with everything loaded, for the next one that is killed. */
  #spare: NodeProcess

  private constructor(postgres: ThrowawayPostgres) {
    this.#postgres = postgres
    this.#spare = new NodeProcess()
    this.pool = new pg.Pool({ connectionString: postgres.url, max: 4 })
    // Its connections end with each restart of the database.
    this.pool.on('error', () => {})
    this.pool.on('connect', (client) => client.on('error', () => {}))
  }

  static async open(): Promise<Arena> {
    const postgres = await startThrowawayPostgres()
    const arena = new Arena(postgres)
    try {
      await migrate(arena.pool, { sets: ['status'] })
      await recordStates(arena.pool)
      for (let node = 0; node < NODES; node += 1) {
        const port = await freePort()
        arena.#places.push({ port, process: await arena.#begin(port), stories: 0, warm: null, last: null })
      }
      return arena
    } catch (error) {
      await arena.close()
      throw error
    }
  }

  port(node: number): number {
    return this.#place(node).port
  }

  process(node: number): NodeProcess {
    return this.#place(node).process
  }

  async kill(node: number): Promise<void> {
    await this.#place(node).process.kill()
    await this.#replace(node)
  }

  async deploy(node: number): Promise<void> {
    await this.#place(node).process.stop()
    await this.#replace(node)
  }

  async restartPostgres(manner: 'orderly' | 'crash'): Promise<void> {
    await this.#postgres.restart(manner)
  }

  /** Goes on until the database has answered. */
  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    const answer = await waitFor(() => this.pool.query<Row>(text, values), {
      what: 'the database to answer',
      timeoutMs: 30_000,
    })
    return answer.rows
  }

  /** Nothing is left of the last story but what nodes hold in memory. */
  async clear(): Promise<void> {
    await this.query('DELETE FROM sync_operation_items')
    await this.query('DELETE FROM sync_operation_events')
    await this.query('DELETE FROM sync_operations')
    await this.query('DELETE FROM connection_status')
    await this.query('DELETE FROM committed_states')
  }

  async reports(): Promise<NodeReport[]> {
    return await Promise.all(this.#places.map(({ process }) => process.report()))
  }

  /** Takes note of what the nodes hold when a story is over, after a collection of garbage. */
  async measure(): Promise<void> {
    for (const place of this.#places) {
      const report = await place.process.report()
      place.stories += 1
      place.last = report
      if (place.stories === WARM_AFTER) place.warm = report
    }
  }

  async close(): Promise<void> {
    for (const place of this.#places) this.#note(place)
    await Promise.all([this.#spare, ...this.#places.map(({ process }) => process)].map((process) => process.kill()))
    await this.pool.end().catch(() => {})
    await this.#postgres.stop()
  }

  async #replace(node: number): Promise<void> {
    const place = this.#place(node)
    this.#note(place)
    place.process = await this.#begin(place.port)
    place.stories = 0
    place.warm = null
    place.last = null
  }

  /** The spare takes the place, and another one is loaded meanwhile. It may begin while the database is away, and tries again. */
  async #begin(port: number): Promise<NodeProcess> {
    const process = this.#spare
    this.#spare = new NodeProcess()
    await process.loaded
    await process.ask({ ask: 'begin', databaseUrl: this.#postgres.url, port })
    return process
  }

  #note({ stories, warm, last }: Place): void {
    if (warm === null || last === null) return
    this.growths.push({ stories, heap: last.heapUsed - warm.heapUsed, rss: last.rss })
  }

  #place(node: number): Place {
    return this.#places[node] as Place
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

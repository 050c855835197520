import type { ConnectionRow, LiveRow } from '@syncwatch/core'
import { Loop } from '../loop/loop.ts'
import type { StatusTiming } from '../manager-options.ts'
import type { ConnectionReport } from '../manager-port.ts'
import type { StoredConnection } from '../queries/connection-columns.ts'
import { type Changed, toChanged } from '../queries/operation-columns.ts'
import { type ConnectionValues, upsertConnections } from '../queries/upsert-connections.ts'
import type { StatusContext } from '../status-context.ts'

/** More clients than this wait only when the database is gone for long; the oldest reports are dropped then. */
const MOST_WAITING = 50_000

/** What the live hub is told of each write. */
export interface ConnectionWriterEvents {
  /** The connection that is about to write, by its process id: its notification brings this node nothing new. */
  writing(processId: number): () => void
  /** Whether anybody here follows the list of connections, so that what was written is wanted back. */
  isFollowed(): boolean
  written(changes: readonly Changed<LiveRow>[]): void
  /** Written without being read back. */
  unread(): void
}

/** Keeps `connection_status` up to date with one statement a second, however many clients ping. */
export class ConnectionWriter {
  readonly #context: StatusContext
  readonly #events: ConnectionWriterEvents
  readonly #loop: Loop
  #waiting = new Map<string, ConnectionReport>()

  constructor(context: StatusContext, timing: StatusTiming, events: ConnectionWriterEvents) {
    this.#context = context
    this.#events = events
    this.#loop = new Loop(
      context.clock,
      timing.connectionsMs,
      () => this.#write(),
      (error) => context.logger.warn({ err: error }, 'Connections could not be written; they are tried again.'),
    )
  }

  report(connection: ConnectionReport): void {
    const merged = { ...this.#waiting.get(connection.client_id), ...connection }
    this.#waiting.delete(connection.client_id)
    this.#waiting.set(connection.client_id, merged)
    if (this.#waiting.size > MOST_WAITING) {
      const [oldest] = this.#waiting.keys()
      if (oldest !== undefined) this.#waiting.delete(oldest)
    }
    this.#loop.start('soon')
  }

  /** Writes what waits. Resolves also when that failed. */
  flush(): Promise<void> {
    return this.#loop.now()
  }

  async stop(): Promise<void> {
    await this.#loop.stop()
    if (this.#waiting.size > 0) await this.flush()
  }

  async #write(): Promise<void> {
    if (this.#waiting.size === 0) return
    const reports = this.#waiting
    this.#waiting = new Map()
    const { database, nodeId } = this.#context
    const returning = this.#events.isFollowed()
    try {
      const stored = await database.queryAs<StoredConnection & Record<string, unknown>>(
        (processId) => this.#events.writing(processId),
        upsertConnections(database.schema, { returning }),
        [JSON.stringify([...reports.values()].map(toValues)), nodeId],
      )
      if (!returning) this.#events.unread()
      else this.#events.written(stored.map((row) => toChanged<ConnectionRow>(row)) as unknown as Changed<LiveRow>[])
    } catch (error) {
      for (const [client, newer] of this.#waiting) reports.set(client, { ...reports.get(client), ...newer })
      this.#waiting = reports
      throw error
    }
  }
}

function toValues(report: ConnectionReport): ConnectionValues {
  return {
    client_id: report.client_id,
    status: report.status,
    last_ping: report.last_ping ?? null,
    latency_ms: report.latency_ms ?? null,
    reconnect_attempts: report.reconnect_attempts ?? null,
    user_agent: report.user_agent ?? null,
    ip_address: report.ip_address ?? null,
    metadata: report.metadata ?? null,
  }
}

import { SyncwatchError } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import { type Page, SNAPSHOT_TYPES, type SnapshotRow, type SnapshotType } from '../manager-port.ts'
import { decodePlace, pageLimit, toPage } from '../operations/page-cursor.ts'
import { insertSnapshot, LOCK_SNAPSHOTS } from '../queries/insert-snapshot.ts'
import { type ListedSnapshot, listSnapshots } from '../queries/list-snapshots.ts'
import type { StatusContext } from '../status-context.ts'
import type { HealthService } from './health-service.ts'
import { readMetrics } from './metrics-reader.ts'

/** Keeps health and metrics for charts. */
export class Snapshots {
  readonly #context: StatusContext
  readonly #health: HealthService

  constructor(context: StatusContext, health: HealthService) {
    this.#context = context
    this.#health = health
  }

  async create(type: SnapshotType): Promise<SnapshotRow> {
    if (!SNAPSHOT_TYPES.includes(type))
      throw new SyncwatchError('invalid_input', `A snapshot is ${SNAPSHOT_TYPES.join(', ')}.`, {
        details: { field: 'type' },
      })
    const { database } = this.#context
    const [row] = await database.query<SnapshotRow & Record<string, unknown>>(
      insertSnapshot(database.schema),
      await this.#values(type, null),
    )
    if (row === undefined) throw new SyncwatchError('internal', 'The snapshot gave no answer.')
    return row
  }

  /** The first of each hour and day, by whichever node comes first. */
  async createDue(): Promise<void> {
    const { database } = this.#context
    for (const [type, period] of [
      ['hourly', 'hour'],
      ['daily', 'day'],
    ] as const) {
      const values = await this.#values(type, period)
      await database.transaction(async (client) => {
        await query(client, LOCK_SNAPSHOTS)
        await query(client, insertSnapshot(database.schema), values)
      })
    }
  }

  async list(request: { type?: SnapshotType; limit?: number; cursor?: string }): Promise<Page<SnapshotRow>> {
    const { database } = this.#context
    const limit = pageLimit(request.limit)
    const after = decodePlace(request.cursor)
    const stored = await database.query<ListedSnapshot & Record<string, unknown>>(listSnapshots(database.schema), [
      request.type ?? null,
      after?.time ?? null,
      after?.id ?? null,
      limit + 1,
    ])
    return toPage(
      stored,
      limit,
      ({ page_time, ...row }) => row as unknown as SnapshotRow,
      (row) => ({ time: row.page_time, id: row.id }),
    )
  }

  async #values(type: SnapshotType, period: 'hour' | 'day' | null): Promise<unknown[]> {
    const [health, metrics] = await Promise.all([this.#health.current(), readMetrics(this.#context)])
    return [type, JSON.stringify(health), JSON.stringify(metrics), period]
  }
}

import {
  type Clock,
  isEnded,
  isSyncwatchError,
  type OperationId,
  type OperationRow,
  type OperationSource,
  type StoreId,
  type StoreSummary,
  sleep,
} from '@syncwatch/core'
import type { SyncStatus } from '@syncwatch/status-manager'
import type { StoreCatalog } from '../stores/store-catalog.ts'

/** How often a run is looked at that began before the change, in milliseconds. */
const LOOK_MS = 500

export interface RunAfterOptions {
  readonly catalog: Pick<StoreCatalog, 'get'>
  readonly status: Pick<SyncStatus, 'getOperation'>
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Begins a run, or joins the one that waits or is under way. Null where the store is paused by then. */
  enqueueSync(storeId: StoreId, by: { triggered_by: string; source: OperationSource }): Promise<OperationId | null>
}

/**
 * Sees to it that a run of a store sees what was so at `since` (milliseconds of the database's clock): one that began after that
 * is enough; where one is joined that began before, its end is waited for and another begun.
 */
export async function runAfter(
  options: RunAfterOptions,
  storeId: StoreId,
  since: number,
  by: { triggered_by: string; source: OperationSource },
): Promise<void> {
  const { enqueueSync, catalog, status, clock, signal } = options
  for (;;) {
    signal.throwIfAborted()
    const store = await catalog.get(storeId)
    // What is paused is run through when it goes on.
    if (store.state === 'paused') return
    const last = await lastRun(options, store)
    if (last !== null && sees(last, since)) return
    const id = await enqueueSync(storeId, by)
    if (id === null) return
    const operation = await status.getOperation(id)
    if (operation.start_time === null || Date.parse(operation.start_time) >= since) return
    while (!isEnded((await status.getOperation(id)).status)) await sleep(clock, LOOK_MS, signal)
  }
}

async function lastRun({ status }: RunAfterOptions, { last_operation_id }: StoreSummary): Promise<OperationRow | null> {
  if (last_operation_id === null) return null
  return status.getOperation(last_operation_id).catch((error: unknown) => {
    // Operations are kept for a while only.
    if (isSyncwatchError(error, 'operation_not_found')) return null
    throw error
  })
}

/** A verification looks as well, but does nothing about what it sees; so does a run that did not come to its end. */
function sees({ status, start_time, operation_data }: OperationRow, since: number): boolean {
  if (status !== 'completed' && status !== 'in_progress') return false
  return operation_data.verify === undefined && start_time !== null && Date.parse(start_time) >= since
}

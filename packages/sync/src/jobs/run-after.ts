import { type Clock, isEnded, type OperationId, type OperationSource, type StoreId, sleep } from '@syncwatch/core'
import type { SyncStatus } from '@syncwatch/status-manager'

/** How often a run is looked at that began before the change, in milliseconds. */
const LOOK_MS = 500

export interface RunAfterOptions {
  readonly status: Pick<SyncStatus, 'getOperation'>
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Begins a run, or joins the one that waits or is under way. */
  enqueueSync(storeId: StoreId, by: { triggered_by: string; source: OperationSource }): Promise<OperationId>
}

/**
 * Begins a run of a store that sees what was so at `since` (milliseconds of the clock): where one is joined that began before,
 * its end is waited for and another begun.
 */
export async function runAfter(
  options: RunAfterOptions,
  storeId: StoreId,
  since: number,
  by: { triggered_by: string; source: OperationSource },
): Promise<void> {
  const { enqueueSync, status, clock, signal } = options
  for (;;) {
    const id = await enqueueSync(storeId, by)
    const operation = await status.getOperation(id)
    if (operation.start_time === null || Date.parse(operation.start_time) >= since) return
    while (!isEnded((await status.getOperation(id)).status)) await sleep(clock, LOOK_MS, signal)
  }
}

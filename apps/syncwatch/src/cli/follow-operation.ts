import { isEnded, type OperationRow, SyncwatchError, sleep } from '@syncwatch/core'
import type { ServerApi } from './api/server-api.ts'
import type { CliContext } from './cli-context.ts'
import { LiveLine } from './output/live-line.ts'
import { runningLine } from './output/operation-line.ts'

const LOOK_MS = 250

/** Looks until the operation has ended. An interrupt leaves the run to the server and says so. */
export async function followOperation(
  api: ServerApi,
  begun: OperationRow,
  context: CliContext,
  json: boolean,
): Promise<OperationRow> {
  const line = new LiveLine(context.stderr)
  for (let row = begun; ; ) {
    if (isEnded(row.status)) {
      line.clear()
      return row
    }
    if (!json) line.show(runningLine(row))
    try {
      await sleep(context.clock, LOOK_MS, context.stopping)
      row = await api.call<OperationRow>('GET', `/operations/${row.id}`)
    } catch (error) {
      line.clear()
      if (!context.stopping.aborted) throw error
      const message = `No longer watching; it goes on as ${row.id} ("syncwatch operations cancel ${row.id}" stops it).`
      throw new SyncwatchError('cancelled', message)
    }
  }
}

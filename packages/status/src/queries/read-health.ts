import type { HealthReport } from '@syncwatch/core'

export interface StoredHealth {
  rev: number
  report: HealthReport
  memory: Record<string, unknown>
  changed_xid: string
  updated_at: string
}

/** What a report is answered with. */
export type LastReport = Pick<StoredHealth, 'rev' | 'report' | 'updated_at'>

/** The last report; no row before the first evaluation. */
export const readHealth = (schema: string) => `
  SELECT rev, report, memory, changed_xid, updated_at FROM ${schema}.sync_health WHERE id = 'system'`

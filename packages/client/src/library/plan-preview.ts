import type { ClosedGate } from './held-plan.ts'

/** What becomes of one side: `look`: it must be read before that is known; `hold`: it waits for a person. */
export type PreviewedFate = 'none' | 'create' | 'change' | 'trash' | 'delete' | 'look' | 'hold' | (string & {})

/** One thing that a run would look at or do. Size is bytes. */
export interface PreviewedRow {
  key: string
  rule: string
  library: PreviewedFate
  store: PreviewedFate
  size: number | null
}

/** What a run would do now. The first 1,000 rows are told one by one. */
export interface PlanPreview {
  /** Whether the listing missed nothing; otherwise nothing is concluded from absence. */
  complete: boolean
  /** Safety gates that would hold something back. */
  gates: ClosedGate[]
  total: number
  rules: Record<string, number>
  bytes_to_library: number
  bytes_to_store: number
  rows: PreviewedRow[]
}

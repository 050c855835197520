/** A row of any topic: `id` names it within its topic, `rev` only grows. */
export interface LiveRow {
  id: string
  rev: number
  [column: string]: unknown
}

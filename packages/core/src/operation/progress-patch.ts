/**
 * A change of progress. An absent field stays as it is; an explicit percent wins over counts. `processed_items` counts
 * every item that is done with, failed ones included.
 */
export interface ProgressPatch {
  progress?: number
  processed_items?: number
  failed_items?: number
  total_items?: number
  processed_bytes?: number
  total_bytes?: number
  phase?: string
  message?: string
}

import type { SyncStatusState } from '../state/sync-status-state.ts'
import type { SyncWords } from './words.ts'

/** What the state comes down to, one of these, in the order in which one outranks the next. */
export type VerdictKind =
  | 'loading'
  | 'unauthorised'
  | 'disconnected'
  | 'reconnecting'
  | 'critical'
  | 'needs-you'
  | 'stalled'
  | 'running'
  | 'warning'
  | 'differs'
  | 'not-verified'
  | 'in-sync'
  | 'idle'

/** How it is coloured and shaped. Only `ok` may be green. */
export type VerdictTone = 'ok' | 'busy' | 'warning' | 'critical' | 'offline' | 'neutral'

export interface Verdict {
  kind: VerdictKind
  tone: VerdictTone
  /** The one sentence: the headline, and the accessible name of the small indicators. */
  sentence: string
  /** The same in the width of the compact indicator. */
  short: string
  /** ISO time as of which the figures hold, when they are history; null while they are live. */
  asOf: string | null
}

/** What a rule of the verdict looks at. `now` is the server's epoch milliseconds. */
export interface VerdictInput {
  state: SyncStatusState
  now: number
  words: SyncWords
}

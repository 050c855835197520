import type { OperationId } from '../ids.ts'

export const EVENT_KINDS = [
  'created',
  'transition',
  'phase',
  'warning',
  'error',
  'message',
  'lease',
  'cancel_requested',
] as const
export type EventKind = (typeof EVENT_KINDS)[number]

/** One entry of an operation's timeline (`sync_operation_events`, append-only, so `rev` is always 1). */
export interface EventRow {
  id: string
  rev: number
  operation_id: OperationId
  kind: EventKind
  /** For a transition the state it went to, for a phase its name. */
  status: string | null
  message: string | null
  data: Record<string, unknown>
  attempt: number
  created_at: string
}

import type { Delta, DownFrame, HealthReport, LiveRow, OperationRow, Snapshot, StoreSummary } from '@syncwatch/core'
import { decodeRow } from './decode-row.ts'
import { holdOperations } from './held-operations.ts'
import type { SyncStatusState } from './sync-status-state.ts'

/** The state after one frame. Frames that are about the session, and rows that are not newer, change nothing. */
export function applyFrame(state: SyncStatusState, frame: DownFrame): SyncStatusState {
  if (frame.type === 'snapshot') return applySnapshot(state, frame)
  if (frame.type === 'delta') return applyTopicDelta(state, frame)
  return state
}

function applySnapshot(state: SyncStatusState, frame: Snapshot): SyncStatusState {
  if (frame.topic === 'operations') {
    return {
      ...state,
      ...holdOperations({ operations: {}, openIds: [], endedIds: [] }, frame.operations),
      counts: frame.counts,
      health: frame.health ?? state.health,
      stores: frame.stores,
      isLoaded: true,
    }
  }
  return withRows(state, frame.topic, Object.fromEntries(frame.rows.map((row) => [row.id, row])))
}

function applyTopicDelta(state: SyncStatusState, frame: Delta): SyncStatusState {
  const known = rowsOf(state, frame.topic)
  const rows = frame.rows.flatMap((values) => decodeRow(known, frame.fields, values) ?? [])
  if (frame.topic === 'operations') return applyOperations(state, frame, rows)
  const gone = frame.removed.filter((id) => id in known)
  if (rows.length === 0 && gone.length === 0) return state
  const next = { ...known, ...Object.fromEntries(rows.map((row) => [row.id, row])) }
  for (const id of gone) delete next[id]
  return withRows(state, frame.topic, next)
}

function applyOperations(state: SyncStatusState, frame: Delta, rows: LiveRow[]): SyncStatusState {
  const gone = frame.removed.filter((id) => id in state.operations)
  if (rows.length === 0 && gone.length === 0 && !frame.counts) return state
  const held = holdOperations(state, rows as unknown as OperationRow[], gone)
  return { ...state, ...held, counts: frame.counts ?? state.counts }
}

/** The rows of a topic as they are held. */
export function rowsOf(state: SyncStatusState, topic: string): Readonly<Record<string, LiveRow>> {
  switch (topic) {
    case 'operations':
      return state.operations as unknown as Record<string, LiveRow>
    case 'health':
      return state.health ? { [state.health.id]: state.health as unknown as LiveRow } : {}
    case 'stores':
      return Object.fromEntries(state.stores.map((store) => [store.id, store as unknown as LiveRow]))
    default:
      return state.topics[topic] ?? {}
  }
}

function withRows(state: SyncStatusState, topic: string, rows: Record<string, LiveRow>): SyncStatusState {
  switch (topic) {
    case 'health':
      return { ...state, health: (Object.values(rows)[0] as unknown as HealthReport | undefined) ?? state.health }
    case 'stores':
      return { ...state, stores: Object.values(rows) as unknown as StoreSummary[] }
    default:
      return { ...state, topics: { ...state.topics, [topic]: rows } }
  }
}

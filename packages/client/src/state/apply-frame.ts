import {
  type AppliedFrame,
  applyDelta,
  applySnapshot,
  type Delta,
  type DownFrame,
  type HealthReport,
  isEnded,
  type LiveRow,
  type OperationRow,
  type OperationsSnapshot,
  type ReplicaRows,
  type RowsSnapshot,
  type StoreSummary,
} from '@syncwatch/core'
import { arranged, holdOperations, MAX_OPEN } from './held-operations.ts'
import type { SyncStatusState } from './sync-status-state.ts'

/** The state after frames, with what the client has to see to. */
export interface AppliedFrames {
  state: SyncStatusState
  /** Topics that are out of step: a new snapshot is needed. */
  gaps: string[]
  /** Operations that ended with these frames and were open here before. */
  ended: OperationRow[]
}

/** Applies frames in order. Frames that are about the session, and rows that are not newer, change nothing. */
export function applyFrames(before: SyncStatusState, frames: readonly DownFrame[]): AppliedFrames {
  let state = before
  const gaps: string[] = []
  const ended: OperationRow[] = []
  for (const frame of frames) {
    if (frame.type === 'snapshot') {
      state = frame.topic === 'operations' ? takeOperations(state, frame, ended) : takeRows(state, frame)
    } else if (frame.type === 'delta') {
      const applied = applyDelta(rowsOf(state, frame.topic), frame)
      // Progress of an open operation that is not held because so many are open is no gap.
      const isBeyondCap = applied.gap?.reason === 'unknown_row' && state.openIds.length >= MAX_OPEN
      if (applied.gap && !isBeyondCap) gaps.push(frame.topic)
      state = changeTopic(state, frame, applied, ended)
    }
  }
  return { state, gaps, ended }
}

function takeOperations(state: SyncStatusState, frame: OperationsSnapshot, ended: OperationRow[]): SyncStatusState {
  const { rows, changed } = applySnapshot<OperationRow>(state.operations, frame.operations)
  noteEnded(state, rows, changed, ended)
  return {
    ...state,
    ...holdOperations({ operations: {}, openIds: [], endedIds: [] }, Object.values(rows)),
    counts: frame.counts,
    health: frame.health ?? state.health,
    stores: frame.stores,
    isLoaded: true,
  }
}

function takeRows(state: SyncStatusState, frame: RowsSnapshot): SyncStatusState {
  return withRows(state, frame.topic, applySnapshot(rowsOf(state, frame.topic), frame.rows).rows)
}

function changeTopic(
  state: SyncStatusState,
  frame: Delta,
  { rows, changed, removed }: AppliedFrame<LiveRow>,
  ended: OperationRow[],
): SyncStatusState {
  const isSame = changed.length === 0 && removed.length === 0
  if (frame.topic !== 'operations') return isSame ? state : withRows(state, frame.topic, rows)
  if (isSame && !frame.counts) return state
  const operations = rows as unknown as Record<string, OperationRow>
  noteEnded(state, operations, changed, ended)
  const next = changed.flatMap((id) => operations[id] ?? [])
  const held = isSame ? {} : arranged(state, operations, next, removed)
  return { ...state, ...held, counts: frame.counts ?? state.counts }
}

function noteEnded(
  state: SyncStatusState,
  rows: Readonly<Record<string, OperationRow>>,
  changed: readonly string[],
  ended: OperationRow[],
): void {
  for (const id of changed) {
    const before = state.operations[id]
    const after = rows[id]
    if (before && after && !isEnded(before.status) && isEnded(after.status)) ended.push(after)
  }
}

/** The rows of a topic as they are held. */
export function rowsOf(state: SyncStatusState, topic: string): ReplicaRows {
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

function withRows(state: SyncStatusState, topic: string, rows: ReplicaRows): SyncStatusState {
  switch (topic) {
    case 'health':
      return { ...state, health: (Object.values(rows)[0] as unknown as HealthReport | undefined) ?? state.health }
    case 'stores':
      return { ...state, stores: Object.values(rows) as unknown as StoreSummary[] }
    default:
      return { ...state, topics: { ...state.topics, [topic]: rows } }
  }
}

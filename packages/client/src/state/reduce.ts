import { applyFrames } from './apply-frame.ts'
import { applyReport } from './apply-report.ts'
import { pruneEnded } from './held-operations.ts'
import { mergeOperations } from './merge-operations.ts'
import { selectIsDatabaseAway } from './selectors.ts'
import type { SyncStatusEvent } from './sync-status-event.ts'
import type { SyncStatusState } from './sync-status-state.ts'

/**
 * The state after an event. Pure; what did not change keeps its identity, and an event that changes nothing returns
 * the state itself.
 */
export function reduce(state: SyncStatusState, event: SyncStatusEvent): SyncStatusState {
  switch (event.type) {
    case 'frames':
      return stamped(state, applyFrames(state, event.frames).state, event.at)
    case 'connection':
      return withConnection(state, event.connection)
    case 'overview':
      return stamped(state, applyReport(state, event.overview), event.at)
    case 'operations':
      return stamped(state, mergeOperations(state, event.operations), event.at)
    case 'health':
      return stamped(state, { ...state, health: event.health }, event.at)
    case 'metrics':
      return { ...state, metrics: event.metrics, lastUpdate: event.at }
    case 'topic-dropped':
      return withoutTopic(state, event.topic)
    case 'prune': {
      const held = pruneEnded(state, event.endedBefore)
      return held === state ? state : { ...state, ...held }
    }
    case 'state':
      return event.state
  }
}

/**
 * With the time of what changed it. The news that the database is away confirms nothing of the rest, which stays of the time of before.
 */
export function stamped(before: SyncStatusState, after: SyncStatusState, at: string): SyncStatusState {
  return after === before || selectIsDatabaseAway(after) ? after : { ...after, lastUpdate: at }
}

function withConnection(state: SyncStatusState, patch: Partial<SyncStatusState['connection']>): SyncStatusState {
  const { connection } = state
  const changed = Object.entries(patch).some(([key, value]) => connection[key as keyof typeof connection] !== value)
  return changed ? { ...state, connection: { ...connection, ...patch } } : state
}

function withoutTopic(state: SyncStatusState, topic: string): SyncStatusState {
  if (topic === 'operations') return { ...state, operations: {}, openIds: [], endedIds: [] }
  if (!(topic in state.topics)) return state
  const { [topic]: _, ...topics } = state.topics
  return { ...state, topics }
}

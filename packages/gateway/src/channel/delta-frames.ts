import { buildDelta, type Cursor, type Delta, type OperationCounts, type Topic } from '@syncwatch/core'
import type { Stretch } from './change-log.ts'

/** Everything that goes into the deltas of one stretch. */
export interface DeltaContent extends Stretch {
  readonly topic: Topic
  /** The cursor at the end of the stretch. */
  readonly to: Cursor
  readonly counts: OperationCounts | null
}

/**
 * The deltas of a stretch, at least one. All but the last carry the cursor of its start, so that a connection that is cut
 * between them misses nothing when it resumes.
 */
export function deltaFrames({ topic, from, to, full, progress, removed, counts }: DeltaContent): Delta[] {
  const changes = [
    ...full.map((row) => ({ row, extent: 'full' as const })),
    ...progress.map(({ row, moved }) => ({ row, moved, extent: 'progress' as const })),
  ]
  const deltas = buildDelta(topic, to, changes, removed, counts)
  if (deltas.length === 0) return [cursorFrame(topic, to)]
  return deltas.map((delta, place) => (place < deltas.length - 1 ? { ...delta, cursor: from } : delta))
}

/** A delta that says only how far the topic has been read. */
export function cursorFrame(topic: Topic, cursor: Cursor): Delta {
  return { type: 'delta', topic, cursor, fields: ['id', 'rev'], rows: [], removed: [] }
}

import { type Cursor, compareCursors } from '@syncwatch/core'

/** The cursor from which nothing of any topic would be missed; null while one of them has not been sent yet. */
export function earliestCursor(topics: Iterable<{ readonly cursor: Cursor | null }>): Cursor | null {
  let earliest: Cursor | null = null
  for (const { cursor } of topics) {
    if (cursor === null) return null
    if (earliest === null || compareCursors(cursor, earliest) < 0) earliest = cursor
  }
  return earliest
}

import type { DownFrame } from '@syncwatch/core'

/**
 * Reads a frame of our own server: it must be JSON with a type, and a part of a topic must name it and carry a cursor. The rest is
 * trusted, so that no schema library is shipped; a type that nobody here knows means nothing. Null for anything else.
 */
export function parseDownFrame(text: unknown): DownFrame | null {
  try {
    const frame = JSON.parse(text as string)
    const { type, topic, cursor } = frame
    if (type !== 'snapshot' && type !== 'delta') return typeof type === 'string' ? frame : null
    if (typeof topic !== 'string' || !/^\d{1,20}$/.test(cursor)) return null
    return type === 'delta' || Array.isArray(topic === 'operations' ? frame.operations : frame.rows) ? frame : null
  } catch {
    return null
  }
}

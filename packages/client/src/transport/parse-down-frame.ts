import type { DownFrame } from '@syncwatch/core'

const TYPES: readonly unknown[] = ['welcome', 'snapshot', 'delta', 'pong', 'goodbye', 'error']

/**
 * Reads a frame of our own server: it must be JSON of a known type, and a part of a topic must name it and carry a cursor. The rest
 * is trusted, so that no schema library is shipped. Null for anything else.
 */
export function parseDownFrame(text: unknown): DownFrame | null {
  try {
    const frame = JSON.parse(text as string)
    const { type, topic, cursor } = frame
    if (!TYPES.includes(type)) return null
    if (type !== 'snapshot' && type !== 'delta') return frame
    if (typeof topic !== 'string' || !/^\d{1,20}$/.test(cursor)) return null
    return type === 'delta' || Array.isArray(topic === 'operations' ? frame.operations : frame.rows) ? frame : null
  } catch {
    return null
  }
}

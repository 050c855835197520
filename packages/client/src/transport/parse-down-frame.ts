import type { DownFrame } from '@syncwatch/core'

const TYPES: ReadonlySet<unknown> = new Set(['welcome', 'snapshot', 'delta', 'pong', 'goodbye', 'error'])

/**
 * Reads a frame of our own server: it must be JSON of a known type, and a part of a topic must name it and carry a cursor. The rest
 * is trusted, so that no schema library is shipped. Null for anything else.
 */
export function parseDownFrame(text: unknown): DownFrame | null {
  if (typeof text !== 'string') return null
  try {
    const frame = JSON.parse(text)
    if (!TYPES.has(frame?.type)) return null
    const isOfTopic = frame.type === 'snapshot' || frame.type === 'delta'
    if (isOfTopic && (typeof frame.topic !== 'string' || !/^\d{1,20}$/.test(frame.cursor))) return null
    if (frame.type === 'snapshot' && !Array.isArray(frame.topic === 'operations' ? frame.operations : frame.rows)) {
      return null
    }
    return frame
  } catch {
    return null
  }
}

import { compare } from './kernel/compare.ts'

/**
 * A place in the stream of changes of one topic: opaque to clients, a Postgres transaction id (xid8, decimal digits)
 * inside. Everything at or after it is delivered again; nothing before it is missing.
 */
export type Cursor = string

/** Compares two cursors of one epoch: negative when `a` is earlier. */
export function compareCursors(a: Cursor, b: Cursor): number {
  return compare(BigInt(a), BigInt(b))
}

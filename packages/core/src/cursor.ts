/**
 * A place in the stream of changes of one topic: opaque to clients, a Postgres transaction id (xid8, decimal digits)
 * inside. Everything at or after it is delivered again; nothing before it is missing.
 */
export type Cursor = string

/** Compares two cursors of one epoch: negative when `a` is earlier. */
export function compareCursors(a: Cursor, b: Cursor): number {
  const left = BigInt(a)
  const right = BigInt(b)
  return left < right ? -1 : left > right ? 1 : 0
}

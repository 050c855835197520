import type { LiveRow } from '../frames/live-row.ts'
import { OPERATION_PROGRESS_FIELDS } from '../operation/operation-row.ts'

/** Every progress column, as bits: what to take where it is not known which have moved. */
export const ALL_MOVED = 2 ** OPERATION_PROGRESS_FIELDS.length - 1

/** Columns whose values may be long, and mostly stay: rows in which none of them moved need not carry them for others. */
const LONG = bitsOf('phase', 'message', 'performance_metrics')

/**
 * Which progress columns differ between two states of an operation, as bits by their place in `OPERATION_PROGRESS_FIELDS`.
 * All of them unless the states follow each other: a reader may hold one in between, and a column that went there and
 * back would differ from neither.
 */
export function movedColumns(before: LiveRow, after: LiveRow): number {
  if (after.rev !== before.rev + 1) return ALL_MOVED
  let moved = 0
  for (const [place, field] of OPERATION_PROGRESS_FIELDS.entries())
    if (!isSame(before[field], after[field])) moved |= 1 << place
  return moved
}

/** Names the columns behind the bits; `id` and `rev` always come first. */
export function columnsOf(moved: number): readonly string[] {
  if (moved === ALL_MOVED) return OPERATION_PROGRESS_FIELDS
  return OPERATION_PROGRESS_FIELDS.filter((_, place) => place < 2 || (moved & (1 << place)) !== 0)
}

export function hasLongColumns(moved: number): boolean {
  return (moved & LONG) !== 0
}

function bitsOf(...names: (typeof OPERATION_PROGRESS_FIELDS)[number][]): number {
  return names.reduce((bits, name) => bits | (1 << OPERATION_PROGRESS_FIELDS.indexOf(name)), 0)
}

function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return false
  return JSON.stringify(left) === JSON.stringify(right)
}

import { z } from 'zod'
import { isStorable } from './plain-text.ts'

/** The longest JSON text of one record, in characters. */
export const JSON_RECORD_LIMIT = 65_536

const DEEPEST = 32

/** An object of plain JSON that `jsonb` can keep: at most 64 Ki characters, 32 levels, no NUL, no half surrogate pair. */
export function jsonRecord(): z.ZodRecord<z.ZodString, z.ZodUnknown> {
  return z.record(z.string(), z.unknown(), 'must be an object').superRefine((value, context) => {
    const problem = problemOf(value)
    if (problem !== null) context.addIssue({ code: 'custom', message: problem })
  })
}

function problemOf(value: Record<string, unknown>): string | null {
  if (!isJson(value, 0)) return `must be plain JSON, at most ${DEEPEST} levels deep, without NUL characters`
  return JSON.stringify(value).length > JSON_RECORD_LIMIT
    ? `must have at most ${JSON_RECORD_LIMIT} characters as JSON`
    : null
}

function isJson(value: unknown, depth: number): boolean {
  if (depth > DEEPEST) return false
  if (value === null || typeof value === 'boolean') return true
  if (typeof value === 'string') return isStorable(value)
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every((element) => isJson(element, depth + 1))
  if (typeof value !== 'object') return false
  // Undefined is left out by JSON, and callers often have it; a Date turns itself into text.
  return (
    value instanceof Date ||
    Object.entries(value).every(
      ([key, element]) => isStorable(key) && (element === undefined || isJson(element, depth + 1)),
    )
  )
}

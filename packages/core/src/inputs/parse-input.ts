import type { z } from 'zod'
import type { ErrorCode } from '../error-catalogue.ts'
import { SyncwatchError } from '../errors.ts'
import type { ProgressPatch } from '../operation/progress-patch.ts'
import { firstProblem } from './first-problem.ts'
import { progressPatchSchema } from './progress-patch-schema.ts'

/** A schema's output without `undefined` in optional fields: `parseInput` leaves such fields out. */
export type Defined<T> = T extends readonly (infer Element)[]
  ? Defined<Element>[]
  : T extends object
    ? { [Key in keyof T]: Exclude<T[Key], undefined> }
    : T

/**
 * Parses what came from outside. Throws `invalid_input` (or `code`) with a sentence that names the first wrong field,
 * and that field in `details.field`. Optional fields that are `undefined` are left out.
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code: ErrorCode = 'invalid_input',
): Defined<z.output<Schema>> {
  const result = schema.safeParse(value)
  if (result.success) return withoutUndefined(result.data) as Defined<z.output<Schema>>
  const { field, sentence } = firstProblem(result.error)
  throw new SyncwatchError(code, sentence, { details: { field } })
}

/** Parses a change of progress. Throws `invalid_progress`. */
export function parseProgressPatch(value: unknown): ProgressPatch {
  return parseInput(progressPatchSchema, value, 'invalid_progress')
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined))
}

import type { z } from '@hono/zod-openapi'
import { type ErrorCode, firstProblem, SyncwatchError } from '@syncwatch/core'

type Outcome = { readonly success: true } | { readonly success: false; readonly error: z.ZodError }

/** Refuses input that does not fit its schema, with a sentence about the first wrong field. */
export function refuseInvalid(code: ErrorCode = 'invalid_input') {
  return (outcome: Outcome): undefined => {
    if (outcome.success) return undefined
    const { field, sentence } = firstProblem(outcome.error)
    throw new SyncwatchError(field === 'cursor' ? 'invalid_cursor' : code, sentence, { details: { field } })
  }
}

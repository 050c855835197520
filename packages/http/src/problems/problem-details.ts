import { z } from '@hono/zod-openapi'
import { ERROR_CATALOGUE, type ErrorCode, type SyncwatchError } from '@syncwatch/core'

/** The body of every refusal: RFC 9457 problem details, with the code to decide by. */
export const problemSchema = z
  .object({
    type: z.string().openapi({ description: 'Names the kind of problem: its section in the documentation.' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().openapi({ description: 'What happened this time and what to do.' }),
    code: z.string().openapi({ description: 'Decide by this, never by a text.', example: 'operation_not_found' }),
    retryable: z.boolean().openapi({ description: 'Whether the same request may succeed later.' }),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: 'Where the input is wrong, one entry a place.' }),
  })
  .openapi('Problem')
export type Problem = z.infer<typeof problemSchema>

const TYPE_PREFIX = 'urn:syncwatch:problem:'

/** The problem details of a failure. */
export function problemOf(error: SyncwatchError): Problem {
  const facts = ERROR_CATALOGUE[error.code as ErrorCode]
  const errors = error.details.errors
  return {
    type: TYPE_PREFIX + error.code,
    title: facts.title,
    status: facts.status,
    detail: error.message,
    code: error.code,
    retryable: error.retryable,
    ...(Array.isArray(errors) ? { errors } : {}),
  }
}

/** The answer that carries a problem. */
export function problemResponse(error: SyncwatchError, headers: Record<string, string> = {}): Response {
  const problem = problemOf(error)
  const retryAfter: Record<string, string> =
    problem.status === 503 || problem.status === 429 ? { 'retry-after': '1' } : {}
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...retryAfter, ...headers },
  })
}

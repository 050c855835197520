import { z } from '@hono/zod-openapi'
import { problemHeaders, type SyncwatchError, toProblem } from '@syncwatch/core'

/** The body of every refusal: RFC 9457 problem details, with the code to decide by. */
export const problemSchema = z
  .object({
    type: z.string().openapi({ description: 'The code as a URN.', example: 'urn:syncwatch:error:operation_not_found' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().openapi({ description: 'What happened this time and what to do.' }),
    code: z.string().openapi({ description: 'Decide by this, never by a text.', example: 'operation_not_found' }),
    retryable: z.boolean().openapi({ description: 'Whether the same request may succeed later.' }),
    field: z.string().optional().openapi({ description: 'The first field of the input that is wrong.' }),
  })
  .openapi('Problem')

/** The answer that carries a problem. */
export function problemResponse(error: SyncwatchError, headers: Record<string, string> = {}): Response {
  const problem = toProblem(error)
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { ...problemHeaders(problem), ...headers },
  })
}

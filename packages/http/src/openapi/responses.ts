import type { z } from '@hono/zod-openapi'
import { problemSchema } from '../problems/problem-details.ts'

/** A JSON answer as OpenAPI describes it. */
export function jsonAnswer<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

/** What any route may answer when it refuses. The code in the body says which refusal it is. */
export const refusals = {
  default: { description: 'A refusal.', content: { 'application/problem+json': { schema: problemSchema } } },
} as const

/** A JSON body as OpenAPI describes it. */
export function jsonRequest<Schema extends z.ZodType>(schema: Schema, required: boolean) {
  return { required, content: { 'application/json': { schema } } }
}

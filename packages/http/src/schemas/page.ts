import { z } from '@hono/zod-openapi'

/** A page of rows: give `next_cursor` back as `cursor` for the next one; null at the end. */
export function pageSchema<Row extends z.ZodType>(row: Row) {
  return z.object({ items: z.array(row), next_cursor: z.string().nullable() })
}

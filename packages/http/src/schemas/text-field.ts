import { z } from '@hono/zod-openapi'

/** A line of text from a caller. */
export function textField(max: number) {
  return z.string().min(1).max(max)
}

/** A count that fits into Postgres's integer. */
export const countField = z.int().min(0).max(2_147_483_647)

/** A number of bytes, exact in JSON. */
export const bytesField = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

/** Free data of the caller's own. */
export const dataField = z.record(z.string(), z.unknown())

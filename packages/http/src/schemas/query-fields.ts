import { z } from '@hono/zod-openapi'

export const DEFAULT_LIMIT = 50
export const MAX_LIMIT = 500

/** `limit` and `cursor` of every list. An empty value counts as not given. */
export const pageQuery = {
  limit: z
    .preprocess(emptyAsAbsent, z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT))
    .openapi({ type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT, description: 'Rows a page.' }),
  cursor: z
    .preprocess(emptyAsAbsent, z.string().max(1000).optional())
    .openapi({ type: 'string', description: 'The `next_cursor` of the page before.' }),
}

/** Several values of an enumeration: `?name=a,b` or `?name=a&name=b`; empty means all. */
export function listParameter<const Values extends readonly [string, ...string[]]>(
  values: Values,
  description: string,
) {
  return z.preprocess(splitList, z.array(z.enum(values)).max(values.length).optional()).openapi({
    param: { style: 'form', explode: false },
    type: 'array',
    items: { type: 'string', enum: [...values] },
    description,
  })
}

/** Several ids, given like `listParameter`. */
export function idListParameter(description: string) {
  return z.preprocess(splitList, z.array(z.uuid()).max(100).optional()).openapi({
    param: { style: 'form', explode: false },
    type: 'array',
    items: { type: 'string', format: 'uuid' },
    description,
  })
}

/** One value of an enumeration; an empty value counts as not given. */
export function choiceParameter<const Values extends readonly [string, ...string[]]>(
  values: Values,
  description: string,
) {
  return z
    .preprocess(emptyAsAbsent, z.enum(values).optional())
    .openapi({ type: 'string', enum: [...values], description })
}

function emptyAsAbsent(value: unknown): unknown {
  return value === '' ? undefined : value
}

function splitList(value: unknown): unknown {
  const parts = (Array.isArray(value) ? value : [value])
    .filter((part) => typeof part === 'string')
    .flatMap((part) => part.split(','))
    .filter((part) => part !== '')
  return parts.length === 0 ? undefined : [...new Set(parts)]
}

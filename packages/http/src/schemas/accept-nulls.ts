import { z } from '@hono/zod-openapi'

/** A schema for HTTP bodies where an optional field may also be null, which says the same as leaving it out. */
export function acceptNulls<Shape extends z.core.$ZodShape>(schema: z.ZodObject<Shape>) {
  const fields = Object.entries(schema.shape).map(([name, field]) => {
    const type = field as z.ZodType
    return [name, type.isOptional() ? type.nullable() : type]
  })
  return z.strictObject(
    Object.fromEntries(fields) as { [Name in keyof Shape]: z.ZodType<z.output<Shape[Name]> | null> },
  )
}

/** The fields that say something. */
export function withoutNulls<Input extends object>(input: Input) {
  const entries = Object.entries(input).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(entries) as { [Name in keyof Input]: NonNullable<Input[Name]> }
}

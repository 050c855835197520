import { z } from 'zod'

/**
 * Text that Postgres can keep, of 1 to `most` characters: no NUL (no column takes it) and no half of a surrogate pair
 * (not UTF-8).
 */
export function plainText(most: number): z.ZodString {
  return line(most).min(1, 'must not be empty')
}

/** The same, but it may be empty. */
export function optionalText(most: number): z.ZodString {
  return line(most)
}

function line(most: number): z.ZodString {
  return z
    .string('must be text')
    .max(most, `must have at most ${most} characters`)
    .refine(isStorable, 'must be valid Unicode text without NUL characters')
}

/** Whether Postgres can keep `text`. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed()
}

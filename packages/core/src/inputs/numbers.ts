import { z } from 'zod'

const COUNT = 'must be a whole number from 0 to 2^53 - 1'

/** A count of items or bytes. */
export function count(): z.ZodNumber {
  return z.number(COUNT).int(COUNT).min(0, COUNT)
}

const PERCENT = 'must be a percent from 0 to 100'

/** A percent. */
export function percent(): z.ZodNumber {
  return z.number(PERCENT).min(0, PERCENT).max(100, PERCENT)
}

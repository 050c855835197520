import { z } from 'zod'
import { ITEM_ACTIONS, ITEM_STATES } from '../item/item-row.ts'
import { count } from './numbers.ts'
import { optionalText, plainText } from './plain-text.ts'

/** The longest `item_key` in bytes of UTF-8: the longest path of a file system. */
export const ITEM_KEY_LIMIT = 4_096

/** How many items one call may report. */
export const ITEM_REPORTS_LIMIT = 5_000

/** The input of `ItemReport`. A key may hold anything that a file name may: spaces, line breaks, emoji. */
export const itemReportSchema = z.strictObject({
  item_key: plainText(ITEM_KEY_LIMIT).refine(
    (key) => utf8Length(key) <= ITEM_KEY_LIMIT,
    `must have at most ${ITEM_KEY_LIMIT} bytes as UTF-8`,
  ),
  action: z.enum(ITEM_ACTIONS),
  state: z.enum(ITEM_STATES),
  bytes: count().optional(),
  error_code: plainText(100).optional(),
  error_message: optionalText(4_000).optional(),
  duration_ms: z.number().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
})

export const itemReportsSchema = z.array(itemReportSchema).min(1).max(ITEM_REPORTS_LIMIT)

function utf8Length(text: string): number {
  let length = 0
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return length
}

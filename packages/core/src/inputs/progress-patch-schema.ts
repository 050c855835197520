import { z } from 'zod'
import { count, percent } from './numbers.ts'
import { optionalText } from './plain-text.ts'

/** The input of `ProgressPatch`. Parse it with `parseProgressPatch`, whose code is `invalid_progress`. */
export const progressPatchSchema = z.strictObject({
  progress: percent().optional(),
  processed_items: count().optional(),
  failed_items: count().optional(),
  total_items: count().optional(),
  processed_bytes: count().optional(),
  total_bytes: count().optional(),
  phase: optionalText(100).optional(),
  message: optionalText(4_000).optional(),
})

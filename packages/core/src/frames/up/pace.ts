import { z } from 'zod'

/** Asks for at most `maxHz` deltas a second (a hidden tab asks for 1). */
export const paceSchema = z.strictObject({ type: z.literal('pace'), maxHz: z.number().min(0.01).max(1000) })
export type Pace = z.infer<typeof paceSchema>

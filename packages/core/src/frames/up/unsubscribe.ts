import { z } from 'zod'

/** Stops following a topic. */
export const unsubscribeSchema = z.strictObject({ type: z.literal('unsubscribe'), topic: z.string().max(80) })
export type Unsubscribe = z.infer<typeof unsubscribeSchema>

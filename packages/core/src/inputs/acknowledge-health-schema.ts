import { z } from 'zod'
import { HEALTH_REASON_CODES } from '../health/health-report.ts'
import { plainText } from './plain-text.ts'

/** The code of a reason of the health. */
export const healthReasonCodeSchema = z.enum(HEALTH_REASON_CODES)

/** A person's word that a reason of the health is known, with why, and until when (ISO 8601) that is accepted. */
export const acknowledgeHealthSchema = z.strictObject({
  code: healthReasonCodeSchema,
  note: plainText(1_000),
  until: z.iso.datetime({ offset: true }),
})
export type AcknowledgeHealth = z.infer<typeof acknowledgeHealthSchema>

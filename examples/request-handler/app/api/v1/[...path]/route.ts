import { statusHandler } from '../../../../lib/sync-status.ts'

export const GET = statusHandler
export const POST = statusHandler

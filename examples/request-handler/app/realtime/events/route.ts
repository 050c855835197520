import { statusHandler } from '../../../lib/sync-status.ts'

export const dynamic = 'force-dynamic'
export const GET = statusHandler

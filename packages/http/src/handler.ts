import type { SyncStatus } from '@syncwatch/status-manager'
import { createStatusApi, type StatusApiOptions } from './status-api.ts'

/** The status API as a plain function, to mount anywhere that speaks web requests. */
export function handler(
  status: SyncStatus,
  options: Omit<StatusApiOptions, 'status'> = {},
): (request: Request) => Promise<Response> {
  const app = createStatusApi({ ...options, status })
  return async (request) => app.fetch(request)
}

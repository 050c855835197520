import { SyncwatchError } from '@syncwatch/core'
import { problemResponse } from '@syncwatch/http'

/** What answers while the database comes up, or after the stop has begun. */
export function unavailable(code: 'starting' | 'shutting_down'): (request: Request) => Promise<Response> {
  const sentence = code === 'starting' ? 'The server is starting. Ask again in a second.' : 'The server is stopping.'
  return async (request) => {
    if (new URL(request.url).pathname === '/healthz') return Response.json({ alive: true })
    return problemResponse(new SyncwatchError(code, sentence))
  }
}

import { SyncwatchError } from '@syncwatch/core'
import { toSyncwatchError } from '@syncwatch/database'
import { HTTPException } from 'hono/http-exception'

/** Turns whatever was thrown into a documented failure. Nothing of an unknown error's text leaves the server. */
export function failureOf(thrown: unknown): SyncwatchError {
  if (thrown instanceof HTTPException && thrown.status < 500) return refusalOf(thrown)
  const error = toSyncwatchError(thrown)
  if (error.code !== 'internal') return error
  return new SyncwatchError('internal', 'Something went wrong inside Syncwatch. The log says what.', { cause: thrown })
}

function refusalOf(exception: HTTPException): SyncwatchError {
  if (exception.status === 415) {
    return new SyncwatchError('unsupported_media_type', 'Send the body as "Content-Type: application/json".')
  }
  return new SyncwatchError('invalid_input', exception.message || 'The request is not valid.')
}

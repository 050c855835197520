import type { Role } from '@syncwatch/core'
import { createSyncStatusManager, type SyncStatus } from '@syncwatch/status-manager'
import { createTestDatabase } from '@syncwatch/testkit'
import type { Pool } from 'pg'
import { onTestFinished } from 'vitest'
import {
  type ApiApp,
  createStatusApi,
  type IdempotencyStore,
  postgresIdempotency,
  type StatusApiOptions,
} from '../src/index.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came back
  readonly body: any
}

export interface ApiUnderTest {
  readonly status: SyncStatus
  readonly pool: Pool
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Sends a body exactly as it is given. */
  send(method: string, path: string, body: string | undefined, headers?: Record<string, string>): Promise<Answer>
}

export type ApiSetup = Partial<StatusApiOptions> & {
  role?: Role
  /** Stands between the API and the table of keys. */
  keys?: (store: IdempotencyStore) => IdempotencyStore
}

/** The API over a manager on a database of its own, for one test. Everybody is `admin` unless another role is given. */
export async function apiUnderTest(setup: ApiSetup = {}): Promise<ApiUnderTest> {
  const { api, close } = await openApi(setup)
  onTestFinished(close)
  return api
}

/** The same, to be closed by the caller. */
export async function openApi(setup: ApiSetup = {}): Promise<{ api: ApiUnderTest; close: () => Promise<void> }> {
  const database = await createTestDatabase({ migrate: 'status' })
  const status = createSyncStatusManager({ pool: database.pool })
  const { role = 'admin', keys = (store) => store, ...options } = setup
  const app = createStatusApi({
    status,
    authorize: () => ({ name: 'tester', role }),
    idempotency: keys(postgresIdempotency({ pool: database.pool })),
    ...options,
  })
  const close = async () => {
    await status.stop()
    await database.drop()
  }
  return { api: callsTo(app, status, database.pool), close }
}

function callsTo(app: ApiApp, status: SyncStatus, pool: Pool): ApiUnderTest {
  const send: ApiUnderTest['send'] = async (method, path, body, headers = {}) => {
    const init = { method, headers, ...(body !== undefined && { body }) }
    const response = await app.fetch(new Request(`http://127.0.0.1:4400${path}`, init))
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) }
  }
  return {
    status,
    pool,
    send,
    get: (path, headers) => send('GET', `/api/v1${path}`, undefined, headers),
    post: (path, body, headers) =>
      send('POST', `/api/v1${path}`, body === undefined ? undefined : JSON.stringify(body), {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      }),
  }
}

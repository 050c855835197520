import { OpenAPIHono } from '@hono/zod-openapi'
import { type Clock, type Principal, type StoreSummary, SyncwatchError, systemClock } from '@syncwatch/core'
import type { SyncStatus } from '@syncwatch/status-manager'
import type { MiddlewareHandler } from 'hono'
import { checkAccess } from './access/check-access.ts'
import { checkOrigin } from './access/check-origin.ts'
import type { Authorize } from './access/principal.ts'
import type { ApiContext, RealtimeTicket } from './api-context.ts'
import type { ApiApp, ApiEnvironment } from './api-environment.ts'
import { jsonBody } from './body/json-body.ts'
import type { IdempotencyStore } from './idempotency/idempotency-store.ts'
import { idempotentPosts } from './idempotency/idempotent-posts.ts'
import { allowedMethods } from './openapi/allowed-methods.ts'
import { openApiDocument } from './openapi/openapi-document.ts'
import { failureOf } from './problems/failure-of.ts'
import { problemResponse } from './problems/problem-details.ts'
import { refuseInvalid } from './problems/refuse-invalid.ts'
import { acknowledgeHealth } from './routes/acknowledge-health.ts'
import { cancelOperation } from './routes/cancel-operation.ts'
import { completeOperation } from './routes/complete-operation.ts'
import { createOperation } from './routes/create-operation.ts'
import { createSnapshot } from './routes/create-snapshot.ts'
import { createTicket } from './routes/create-ticket.ts'
import { getHealth } from './routes/get-health.ts'
import { getOperation } from './routes/get-operation.ts'
import { getStatus } from './routes/get-status.ts'
import { listConnections } from './routes/list-connections.ts'
import { listOperationEvents } from './routes/list-operation-events.ts'
import { listOperationItems } from './routes/list-operation-items.ts'
import { listOperations } from './routes/list-operations.ts'
import { listSnapshots } from './routes/list-snapshots.ts'
import { reportProgress } from './routes/report-progress.ts'
import { retryOperation } from './routes/retry-operation.ts'
import { withdrawAcknowledgement } from './routes/withdraw-acknowledgement.ts'

/** What a host decides about the API. Only `status` is required. */
export interface StatusApiOptions {
  readonly status: SyncStatus
  /** Says who asks. Without it anybody who reaches the handler may read and nobody may change anything. */
  readonly authorize?: Authorize
  /** Exact origins, besides its own, whose pages may send changes. */
  readonly allowedOrigins?: readonly string[]
  /** Where the routes are mounted; `/api/v1` by default. */
  readonly basePath?: string
  /** Where the description is served; `/openapi.json` by default. */
  readonly openApiPath?: string
  /** The version that the description states. */
  readonly version?: string
  /** The stores that `GET /status` shows. */
  readonly listStores?: () => Promise<readonly StoreSummary[]>
  /** Begins an ended operation anew, where the host has to give the work to somebody; the manager does it otherwise. */
  readonly retryOperation?: SyncStatus['retrySyncOperation']
  /** Makes tickets for the realtime connection. */
  readonly issueTicket?: (principal: Principal) => RealtimeTicket | Promise<RealtimeTicket>
  /** Remembers `Idempotency-Key`s; without it a request that carries one is refused. */
  readonly idempotency?: IdempotencyStore
  /** Bytes of a JSON body; 1 MiB by default. */
  readonly maxBodyBytes?: number
  /** Says which requests carry something else than JSON, which their route reads as it comes. */
  readonly isRawBody?: (request: Request) => boolean
  /** Adds the host's own routes, below `basePath`, behind the same checks and in the same description. */
  readonly extend?: (app: ApiApp) => void
  /** Told of failures that are not the caller's (status 500 and above). */
  readonly onFailure?: (error: unknown, request: Request) => void
  readonly clock?: Clock
}

const ROUTES = [
  getStatus,
  getHealth,
  acknowledgeHealth,
  withdrawAcknowledgement,
  listSnapshots,
  createSnapshot,
  listOperations,
  createOperation,
  getOperation,
  listOperationItems,
  listOperationEvents,
  reportProgress,
  completeOperation,
  cancelOperation,
  retryOperation,
  listConnections,
  createTicket,
]

/** The status API as a Hono application. Every answer to a change is sent after its commit. */
export function createStatusApi(options: StatusApiOptions): ApiApp {
  const context: ApiContext = {
    status: options.status,
    listStores: options.listStores ?? (async () => []),
    issueTicket: options.issueTicket ?? null,
    clock: options.clock ?? systemClock(),
    retryOperation: options.retryOperation ?? ((id, by) => options.status.retrySyncOperation(id, by)),
  }
  const api = new OpenAPIHono<ApiEnvironment>({ defaultHook: refuseInvalid() })
  useChecks(api, options, context.clock)
  for (const register of ROUTES) register(api, context)
  options.extend?.(api)

  const app = new OpenAPIHono<ApiEnvironment>()
  app.route(options.basePath ?? '/api/v1', api)
  serveDocument(app, options)
  answerFailures(app, options)
  return app
}

function useChecks(api: ApiApp, options: StatusApiOptions, clock: Clock): void {
  api.use(async (c, next) => {
    await next()
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store')
  })
  api.use(checkOrigin(options.allowedOrigins ?? []))
  api.use(checkAccess(options.authorize ?? (() => ({ name: 'anonymous', role: 'viewer' }))))
  api.use(jsonBody(options.maxBodyBytes ?? 1024 * 1024, options.isRawBody))
  api.use(options.idempotency ? idempotentPosts(options.idempotency, clock) : refuseKeys)
}

/** A key that would not be remembered must not look as if it were. */
const refuseKeys: MiddlewareHandler<ApiEnvironment> = async (c, next) => {
  if (c.req.method === 'POST' && c.req.header('idempotency-key') !== undefined) {
    throw new SyncwatchError('invalid_input', 'Idempotency-Key is not supported here.')
  }
  await next()
}

function serveDocument(app: ApiApp, options: StatusApiOptions): void {
  let text: string | null = null
  app.get(options.openApiPath ?? '/openapi.json', (c) => {
    text ??= JSON.stringify(openApiDocument(app, options.version ?? '0.1.0'))
    return c.body(text, 200, { 'content-type': 'application/json' })
  })
}

function answerFailures(app: ApiApp, options: StatusApiOptions): void {
  const methodsAt = allowedMethods(app)
  app.notFound((c) => {
    const methods = methodsAt(c.req.path)
    if (methods.length === 0) {
      return problemResponse(new SyncwatchError('not_found', `There is nothing at ${c.req.path.slice(0, 200)}.`))
    }
    const error = new SyncwatchError(
      'method_not_allowed',
      `${c.req.method} is not possible here: only ${methods.join(', ')}.`,
    )
    return problemResponse(error, { allow: methods.join(', ') })
  })
  app.onError((thrown, c) => {
    const error = failureOf(thrown)
    const problem = problemResponse(error)
    if (problem.status >= 500) options.onFailure?.(error.cause ?? error, c.req.raw)
    return problem
  })
}

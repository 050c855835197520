import type {
  AssetReplicaRow,
  AssetRow,
  ConnectionRow,
  EventRow,
  HealthReasonCode,
  HealthReport,
  ItemRow,
  OperationRow,
  StoreSummary,
} from '@syncwatch/core'
import type { StatusReport } from '../state/sync-status-event.ts'
import type {
  AcknowledgeHealthInput,
  CallOptions,
  CompleteInput,
  CreateOperationInput,
  ItemsQuery,
  OperationsQuery,
  Page,
  PageQuery,
  ProgressInput,
  SnapshotRow,
  SnapshotsQuery,
  SnapshotType,
} from './api-inputs.ts'
import type { FetchLike } from './fetch-like.ts'
import { createRequest } from './request.ts'

export interface HttpClientOptions {
  /** Origin and path prefix of the server, without `/api/v1`. Default: '' (the page's own origin). */
  baseUrl?: string
  token?: string
  /** Asked for anew before each request. Wins over `token`. */
  getToken?: () => string | Promise<string>
  fetch?: FetchLike
}

/**
 * Typed calls for all of `/api/v1`. Each rejects with a `ClientError` made from the problem details; with code
 * `server_unreachable` where no answer came, and with the signal's reason where it was aborted.
 */
export interface HttpClient {
  status(options?: CallOptions): Promise<StatusReport>
  health(options?: CallOptions): Promise<HealthReport>
  /** Accepts a reason of the health until a time; answers with the health, judged anew. */
  acknowledgeHealth(input: AcknowledgeHealthInput, options?: CallOptions): Promise<HealthReport>
  /** Takes that back: the reason counts again at once. */
  withdrawAcknowledgement(code: HealthReasonCode, options?: CallOptions): Promise<HealthReport>
  realtimeTicket(options?: CallOptions): Promise<{ ticket: string; expires_at?: string }>
  readonly operations: OperationCalls
  readonly snapshots: {
    list(query?: SnapshotsQuery, options?: CallOptions): Promise<Page<SnapshotRow>>
    create(type: SnapshotType, options?: CallOptions): Promise<SnapshotRow>
  }
  readonly connections: { list(query?: PageQuery, options?: CallOptions): Promise<Page<ConnectionRow>> }
  readonly stores: {
    list(query?: PageQuery, options?: CallOptions): Promise<Page<StoreSummary>>
    get(id: string, options?: CallOptions): Promise<StoreSummary>
    /** Starts a run and answers with its operation. */
    sync(id: string, options?: CallOptions): Promise<OperationRow>
  }
  readonly assets: {
    list(query?: PageQuery, options?: CallOptions): Promise<Page<AssetRow>>
    get(id: string, options?: CallOptions): Promise<AssetRow>
    /** What each store has of it. */
    replicas(id: string, options?: CallOptions): Promise<Page<AssetReplicaRow>>
    /** The address of the bytes, for `<img>` and `<a>`. */
    contentUrl(id: string): string
    thumbnailUrl(id: string): string
  }
}

export interface OperationCalls {
  list(query?: OperationsQuery, options?: CallOptions): Promise<Page<OperationRow>>
  get(id: string, options?: CallOptions): Promise<OperationRow>
  create(input: CreateOperationInput, options?: CallOptions): Promise<OperationRow>
  progress(id: string, input: ProgressInput, options?: CallOptions): Promise<OperationRow>
  complete(id: string, input: CompleteInput, options?: CallOptions): Promise<OperationRow>
  cancel(id: string, options?: CallOptions): Promise<OperationRow>
  /** Begins a new operation with `retry_of`. */
  retry(id: string, options?: CallOptions): Promise<OperationRow>
  items(id: string, query?: ItemsQuery, options?: CallOptions): Promise<Page<ItemRow>>
  events(id: string, query?: PageQuery, options?: CallOptions): Promise<Page<EventRow>>
}

export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const { call, url } = createRequest(options)
  const get =
    <T>(path: string) =>
    (o?: CallOptions) =>
      call<T>('GET', [path], o)
  const list =
    <Query extends object, T>(path: string) =>
    (query?: Query, o?: CallOptions) =>
      call<T>('GET', [path], o, { query })
  /** What hangs on one row: `list` with a query, `get` without. */
  const listOf =
    <Query extends object, T>(path: string, part: string) =>
    (id: string, query?: Query, o?: CallOptions) =>
      call<T>('GET', [path, id, part], o, { query })
  const getOf =
    <T>(path: string, ...parts: string[]) =>
    (id: string, o?: CallOptions) =>
      call<T>('GET', [path, id, ...parts], o)
  const post =
    <T>(path: string, part: string) =>
    (id: string, o?: CallOptions) =>
      call<T>('POST', [path, id, part], o)
  const report =
    <T>(part: string) =>
    (id: string, body: object, o?: CallOptions) =>
      call<T>('POST', ['operations', id, part], o, { body })
  return {
    status: get('status'),
    health: get('health'),
    acknowledgeHealth: (body, o) => call('POST', ['health', 'acknowledgements'], o, { body }),
    withdrawAcknowledgement: (code, o) => call('DELETE', ['health', 'acknowledgements', code], o),
    realtimeTicket: (o) => call('POST', ['realtime', 'ticket'], o),
    operations: {
      list: list('operations'),
      get: getOf('operations'),
      create: (body, o) => call('POST', ['operations'], o, { body }),
      progress: report('progress'),
      complete: report('complete'),
      cancel: post('operations', 'cancel'),
      retry: post('operations', 'retry'),
      items: listOf('operations', 'items'),
      events: listOf('operations', 'events'),
    },
    snapshots: {
      list: list('snapshots'),
      create: (type, o) => call('POST', ['snapshots'], o, { body: { type } }),
    },
    connections: { list: list('connections') },
    stores: { list: list('stores'), get: getOf('stores'), sync: post('stores', 'sync') },
    assets: {
      list: list('assets'),
      get: getOf('assets'),
      replicas: getOf('assets', 'replicas'),
      contentUrl: (id) => url(['assets', id, 'content']),
      thumbnailUrl: (id) => url(['assets', id, 'thumbnail']),
    },
  }
}

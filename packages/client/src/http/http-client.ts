import type {
  AssetReplicaRow,
  AssetRow,
  ConnectionRow,
  EventRow,
  HealthReport,
  ItemRow,
  OperationRow,
  StoreSummary,
} from '@syncwatch/core'
import type { StatusReport } from '../state/sync-status-event.ts'
import type {
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
import { createRequest, type Request } from './request.ts'

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
  return {
    status: (o) => call('GET', ['status'], o),
    health: (o) => call('GET', ['health'], o),
    realtimeTicket: (o) => call('POST', ['realtime', 'ticket'], o),
    operations: operationCalls(call),
    snapshots: {
      list: (query, o) => call('GET', ['snapshots'], o, { query }),
      create: (type, o) => call('POST', ['snapshots'], o, { body: { type } }),
    },
    connections: { list: (query, o) => call('GET', ['connections'], o, { query }) },
    stores: {
      list: (query, o) => call('GET', ['stores'], o, { query }),
      get: (id, o) => call('GET', ['stores', id], o),
      sync: (id, o) => call('POST', ['stores', id, 'sync'], o),
    },
    assets: {
      list: (query, o) => call('GET', ['assets'], o, { query }),
      get: (id, o) => call('GET', ['assets', id], o),
      replicas: (id, o) => call('GET', ['assets', id, 'replicas'], o),
      contentUrl: (id) => url(['assets', id, 'content']),
      thumbnailUrl: (id) => url(['assets', id, 'thumbnail']),
    },
  }
}

function operationCalls(call: Request['call']): OperationCalls {
  return {
    list: (query, o) => call('GET', ['operations'], o, { query }),
    get: (id, o) => call('GET', ['operations', id], o),
    create: (body, o) => call('POST', ['operations'], o, { body }),
    progress: (id, body, o) => call('POST', ['operations', id, 'progress'], o, { body }),
    complete: (id, body, o) => call('POST', ['operations', id, 'complete'], o, { body }),
    cancel: (id, o) => call('POST', ['operations', id, 'cancel'], o),
    retry: (id, o) => call('POST', ['operations', id, 'retry'], o),
    items: (id, query, o) => call('GET', ['operations', id, 'items'], o, { query }),
    events: (id, query, o) => call('GET', ['operations', id, 'events'], o, { query }),
  }
}

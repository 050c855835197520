import type { Page } from '@syncwatch/client'
import type {
  AssetDetail,
  AssetReplicaRow,
  AssetUsage,
  AssetVersion,
  ConflictResolution,
  ConflictRow,
  ConflictState,
  OperationRow,
} from '@syncwatch/core'
import type { Attention } from './attention.ts'
import type { HeldPlan, StorePlan } from './held-plan.ts'
import { Refusal, refusalOf } from './refusal.ts'

/** What an edit of an asset may set; null takes a value away. */
export interface AssetEdit {
  key?: string
  display_name?: string | null
  description?: string | null
  alt_text?: string | null
  tags?: string[]
}

export interface ResolvedConflicts {
  resolved: ConflictRow[]
  failed: { id: string; code: string; message: string }[]
}

export type Side = 'library' | 'store'

/** The part of the API that the library, its conflicts, plans and trash need. Everything rejects with a `Refusal`. */
export class MediaApi {
  readonly #fetch: typeof fetch

  constructor(send: typeof fetch) {
    this.#fetch = send
  }

  attention = (): Promise<Attention> => this.#call('GET', '/attention')

  asset = (id: string): Promise<AssetDetail> => this.#call('GET', `/assets/${id}`)

  replicas = (id: string): Promise<Page<AssetReplicaRow>> => this.#call('GET', `/assets/${id}/replicas`)

  versions = (id: string): Promise<Page<AssetVersion>> => this.#call('GET', `/assets/${id}/versions`)

  usage = (id: string): Promise<Page<AssetUsage>> => this.#call('GET', `/assets/${id}/usage`)

  editAsset = (id: string, revision: number, edit: AssetEdit): Promise<AssetDetail> =>
    this.#call('PATCH', `/assets/${id}`, { ...edit, revision })

  replaceContent = (id: string, revision: number, file: Blob): Promise<AssetDetail> =>
    this.#send('PUT', `/assets/${id}/content`, file, {
      'if-match': `"${revision}"`,
      'content-type': 'application/octet-stream',
    })

  deleteAsset = (id: string, revision: number, force: boolean): Promise<AssetDetail> =>
    this.#send('DELETE', `/assets/${id}${force ? '?force=true' : ''}`, undefined, { 'if-match': `"${revision}"` })

  /** `key`: under another name, where its own was taken. */
  restoreAsset = (id: string, revision: number, key?: string): Promise<AssetDetail> =>
    this.#call('POST', `/assets/${id}/restore`, { revision, ...(key !== undefined && { key }) })

  restoreVersion = (id: string, version: string, revision: number): Promise<AssetDetail> =>
    this.#call('POST', `/assets/${id}/versions/${version}/restore`, { revision })

  trash = (cursor: string | null): Promise<Page<AssetDetail>> => this.#call('GET', `/trash?${pageOf(cursor)}`)

  purge = (ids: readonly string[]): Promise<{ purged: number }> =>
    this.#call('POST', '/trash/purge', { ids, count: ids.length })

  conflicts = (states: readonly ConflictState[], cursor: string | null): Promise<Page<ConflictRow>> =>
    this.#call('GET', `/conflicts?state=${states.join(',')}&${pageOf(cursor)}`)

  conflict = (id: string): Promise<ConflictRow> => this.#call('GET', `/conflicts/${id}`)

  resolveConflicts = (ids: readonly string[], resolution: ConflictResolution): Promise<ResolvedConflicts> =>
    this.#call('POST', '/conflicts/resolve', { ids, resolution, count: ids.length })

  undoConflict = (id: string): Promise<ConflictRow> => this.#call('POST', `/conflicts/${id}/undo`)

  plan = (storeId: string, cursor: string | null): Promise<StorePlan> =>
    this.#call('GET', `/stores/${storeId}/plan?${pageOf(cursor)}`)

  /** `rows`: how many the person was shown. */
  approvePlan = (storeId: string, planId: string, rows: number): Promise<OperationRow> =>
    this.#call('POST', `/stores/${storeId}/approve`, { plan_id: planId, rows })

  dropPlan = (storeId: string, planId: string): Promise<HeldPlan> =>
    this.#call('POST', `/stores/${storeId}/drop`, { plan_id: planId })

  /** Named by its content, so that a browser keeps it. */
  thumbnailUrl = (id: string, sha256: string | null): string => `/api/v1/assets/${id}/thumbnail${named(sha256)}`

  contentUrl = (id: string, sha256: string | null): string => `/api/v1/assets/${id}/content${named(sha256)}`

  versionUrl = ({ asset_id, id, sha256 }: AssetVersion, what: 'content' | 'thumbnail'): string =>
    `/api/v1/assets/${asset_id}/versions/${id}/${what}${named(sha256)}`

  conflictUrl = (id: string, side: Side, what: 'content' | 'thumbnail', sha256: string | null): string =>
    `/api/v1/conflicts/${id}/${side}/${what}${named(sha256)}`

  #call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    return body === undefined
      ? this.#send(method, path, undefined, {})
      : this.#send(method, path, JSON.stringify(body), { 'content-type': 'application/json' })
  }

  async #send<Answer>(
    method: string,
    path: string,
    body: string | Blob | undefined,
    headers: Record<string, string>,
  ): Promise<Answer> {
    const init: RequestInit = {
      method,
      headers: { accept: 'application/json', ...headers },
      credentials: 'same-origin',
      ...(body !== undefined && { body }),
      // Content takes as long as it takes.
      ...(!(body instanceof Blob) && { signal: AbortSignal.timeout(ANSWER_MS) }),
    }
    const response = await this.#fetch(`/api/v1${path}`, init).catch((error: Error) => {
      throw error.name === 'TimeoutError'
        ? new Refusal('timeout', 'The server did not answer in time, so it is not known what became of it. Look again.')
        : new Refusal('server_unreachable', 'The server cannot be reached.')
    })
    const isData = /json/.test(response.headers.get('content-type') ?? '')
    if (!response.ok) throw await refusalOf(response)
    if (!isData) throw new Refusal('server_unreachable', 'Something else answered instead of the server.')
    return (await response.json()) as Answer
  }
}

const PAGE = 100
/** How long an answer may take. */
const ANSWER_MS = 30_000
const pageOf = (cursor: string | null): string =>
  `limit=${PAGE}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`

const named = (sha256: string | null): string => (sha256 === null ? '' : `?v=${sha256.slice(0, 16)}`)

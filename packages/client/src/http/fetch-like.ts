import type { AbortSignalLike } from '@syncwatch/core'

/** The part of `fetch` that is used, stated here because the DOM's types are not. */
export type FetchLike = (url: string, init?: FetchInit) => Promise<ResponseLike>

export interface FetchInit {
  method?: string
  headers?: Record<string, string>
  body?: string
  // biome-ignore lint/suspicious/noExplicitAny: every host has its own AbortSignal type, and all of them fit
  signal?: any
  credentials?: 'include' | 'omit' | 'same-origin'
  cache?: 'no-store'
}

export interface ResponseLike {
  readonly ok: boolean
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: { getReader(): StreamReader } | null
  text(): Promise<string>
}

export interface StreamReader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>
  cancel(reason?: unknown): Promise<void>
}

/** An `AbortController` of the host. */
export interface AbortControllerLike {
  readonly signal: AbortSignalLike
  abort(reason?: unknown): void
}

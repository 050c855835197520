/** An answer that was given, kept so that it can be given again. */
export interface StoredAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * What became of a key: `new` — go ahead, it is yours; `answered` — give this answer again; `running` — the same request is
 * under way elsewhere; `unknown` — it was begun over a minute ago and left neither answer nor refusal, so it may have been
 * carried out; `conflict` — the key was used with another request.
 */
export type KeyState =
  | { readonly state: 'new' }
  | { readonly state: 'answered'; readonly answer: StoredAnswer }
  | { readonly state: 'running' }
  | { readonly state: 'unknown' }
  | { readonly state: 'conflict' }

/** Where `Idempotency-Key`s are remembered, for 24 hours. `scope` keeps the keys of different callers apart. */
export interface IdempotencyStore {
  begin(scope: string, key: string, fingerprint: string): Promise<KeyState>
  finish(scope: string, key: string, answer: StoredAnswer): Promise<void>
  /** Frees a key whose request was refused, so nothing was changed. */
  abandon(scope: string, key: string): Promise<void>
}

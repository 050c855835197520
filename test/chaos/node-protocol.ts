/** What the story asks of a node's process, one at a time; each is answered with `NodeAnswer`. */
export type NodeRequest =
  | { readonly ask: 'begin'; readonly databaseUrl: string; readonly port: number }
  | { readonly ask: 'work'; readonly seed: number; readonly operations: number }
  | { readonly ask: 'clock'; readonly jumpMs: number }
  | { readonly ask: 'report' }
  /** How many bytes wait for the connection that most wait for. */
  | { readonly ask: 'waiting' }
  | { readonly ask: 'stop' }

export interface NodeAnswer {
  readonly number: number
  readonly value?: unknown
  readonly error?: string
}

/** What a node holds. Bytes; after a collection of garbage. */
export interface NodeReport {
  readonly sessions: number
  readonly channels: number
  readonly watchers: number
  readonly heapUsed: number
  readonly rss: number
  /** Codes of refusals that its workers met, with how often: part of bad days, and told with a failure. */
  readonly refusals: Readonly<Record<string, number>>
}

/** The bearer token of every viewer, and what signs tickets on every node. */
export const TOKEN = 'a token of the viewers'
export const TICKET_SECRET = 'a secret of all the nodes of one database'

/** Times of the gateway in a story, in milliseconds, for who has to wait for them. */
export const HELLO_MS = 500
export const SLOW_MS = 500
export const LEASE_MS = 1_200

/**
 * Every text that the verdict and its neighbours are made of, so that an app can bring its own language. Counts arrive as
 * numbers, times as ISO strings, spans as milliseconds.
 */
export interface SyncWords {
  number(value: number): string
  /** A time of day, such as 14:02:31. */
  time(iso: string): string
  /** A span, such as `14 s` or `3 min`. */
  span(milliseconds: number): string
  asOf(time: string): string
  connecting: string
  disconnected(since: string | null): string
  reconnecting(attempt: number): string
  unauthorised: string
  critical(reason: string | null): string
  storesUnavailable(names: readonly string[]): string
  failedOperations(count: number): string
  failedItems(count: number): string
  running(count: number, percent: number | null): string
  stalled(count: number, span: string): string
  warning(reason: string | null): string
  differ(count: number, store: string): string
  neverVerified(store: string): string
  notVerifiedSince(store: string, time: string): string
  inSync(assets: number, stores: number, oldest: string): string
  idle: string
  short: ShortWords
  eta(low: string, high: string): string
  etaSoon: string
}

/** What fits into the compact indicator. */
export interface ShortWords {
  connecting: string
  disconnected: string
  reconnecting: string
  unauthorised: string
  critical: string
  needsYou(count: number): string
  running(count: number, percent: number | null): string
  stalled(count: number): string
  warning: string
  differ(count: number): string
  notVerified: string
  inSync: string
  idle: string
}

import type { StoreSummary } from '@syncwatch/core'
import type { Verdict, VerdictInput } from './verdict.ts'

/** A check that is older than this proves nothing about now. */
export const VERIFIED_FOR_MS = 24 * 60 * 60 * 1000

/** What the stores prove: a difference, a missing check, or that all is in sync. Null without stores. */
export function storesVerdict({ state, now, words }: VerdictInput): Verdict | null {
  const { stores } = state
  if (stores.length === 0) return null
  const different = stores.filter((store) => (store.differ_count ?? 0) > 0)
  if (different[0]) {
    const count = different.reduce((sum, store) => sum + (store.differ_count ?? 0), 0)
    const names = different.map((store) => store.name).join(', ')
    return {
      kind: 'differs',
      tone: 'warning',
      sentence: words.differ(count, names),
      short: words.short.differ(count),
      asOf: null,
    }
  }
  const unverified = stores.find((store) => !isVerified(store, now))
  if (unverified) return notVerified(unverified, { state, now, words })
  const oldest = Math.max(...stores.map((store) => now - Date.parse(store.verified_at ?? '')))
  const assets = Math.max(...stores.map((store) => store.asset_count))
  const sentence = words.inSync(assets, stores.length, words.span(oldest))
  return { kind: 'in-sync', tone: 'ok', sentence, short: words.short.inSync, asOf: null }
}

function isVerified(store: StoreSummary, now: number): boolean {
  return (
    store.verified_at !== null && store.differ_count !== null && now - Date.parse(store.verified_at) <= VERIFIED_FOR_MS
  )
}

function notVerified(store: StoreSummary, { words }: VerdictInput): Verdict {
  const sentence =
    store.verified_at && store.differ_count !== null
      ? words.notVerifiedSince(store.name, words.time(store.verified_at))
      : words.neverVerified(store.name)
  return { kind: 'not-verified', tone: 'neutral', sentence, short: words.short.notVerified, asOf: null }
}

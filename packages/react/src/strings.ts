import { englishWords, type SyncWords } from '@syncwatch/client'
import type { LaterStrings } from './later-strings.ts'

/** Every word the components show. Give `strings` to the provider to replace some of them. */
export interface SyncStatusStrings extends FirstStrings, LaterStrings {}

/** What the context holds: all that a page begins with, and of the rest what was given to the provider. `useStrings` has all of them. */
export type GivenStrings = FirstStrings & Partial<LaterStrings>

/** The words that a page needs at first. */
export interface FirstStrings {
  /** The sentences that are made from figures. */
  words: SyncWords
  connected: string
  connecting: string
  reconnecting: string
  disconnected: string
  unauthorised: string
  latency: (milliseconds: number) => string
  attempt: (attempt: number) => string
  nextTry: (span: string) => string
  trying: string
  connection: string
  /** In the place of details whose code is on its way. */
  loading: string
  /** The same where it could not be brought. */
  notLoaded: string
  retryNow: string
  region: string
}

export const firstStrings: FirstStrings = {
  words: englishWords,
  connected: 'Connected',
  connecting: 'Connecting',
  reconnecting: 'Reconnecting',
  disconnected: 'Disconnected',
  unauthorised: 'Not signed in',
  latency: (milliseconds) => `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`,
  attempt: (attempt) => `attempt ${attempt}`,
  nextTry: (span) => `next try in ${span}`,
  trying: 'trying now',
  connection: 'Connection',
  loading: 'Loading …',
  notLoaded: 'This cannot be loaded now; it is tried again.',
  retryNow: 'Retry now',
  region: 'Sync status',
}

/** A time of day in UTC that says so: what a server and every browser agree on. */
export function utcTime(iso: string): string {
  const time = Date.parse(iso)
  return Number.isNaN(time) ? iso : `${new Date(time).toISOString().slice(11, 19)} UTC`
}

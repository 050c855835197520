import { clockTime, plainSpan } from './spans.ts'
import type { SyncWords } from './words.ts'

const number = (value: number) => value.toLocaleString('en-US')
const many = (count: number, one: string, more = `${one}s`) => `${number(count)} ${count === 1 ? one : more}`
const because = (reason: string | null, without: string) => (reason ? `${without}: ${reason}` : `${without}.`)

/** The texts as they are unless replaced: `{ ...englishWords, idle: 'Nothing to do.' }`. */
export const englishWords: SyncWords = {
  number,
  time: clockTime,
  span: plainSpan,
  asOf: (time) => `as of ${time}`,
  connecting: 'Connecting.',
  disconnected: (since) => (since ? `Disconnected. What you see is as of ${since}.` : 'Disconnected.'),
  reconnecting: (attempt) => `Reconnecting, attempt ${attempt}.`,
  unauthorised: 'The server does not accept these credentials. Sign in again.',
  critical: (reason) => because(reason, 'Critical'),
  storesUnavailable: (names) => `${names.join(', ')} cannot be reached.`,
  failedOperations: (count) => `${many(count, 'operation')} failed.`,
  failedItems: (count) => `${many(count, 'file')} failed.`,
  running: (count, percent) => `${many(count, 'operation')} running${percent === null ? '' : `, ${percent} %`}.`,
  stalled: (count, span) => `${many(count, 'operation')} stalled for ${span}.`,
  warning: (reason) => because(reason, 'Warning'),
  differ: (count, store) => `${number(count)} ${count === 1 ? 'differs' : 'differ'} in ${store}.`,
  neverVerified: (store) => `${store} is not verified yet.`,
  notVerifiedSince: (store, time) => `${store} is not verified since ${time}.`,
  inSync: (assets, stores, oldest) =>
    `In sync. ${many(assets, 'asset')} in ${many(stores, 'store')}, oldest check ${oldest} ago.`,
  idle: 'Nothing is running.',
  short: {
    connecting: 'Connecting',
    disconnected: 'Disconnected',
    reconnecting: 'Reconnecting',
    unauthorised: 'Sign in',
    critical: 'Critical',
    needsYou: (count) => `${number(count)} ${count === 1 ? 'needs' : 'need'} you`,
    running: (count, percent) =>
      percent === null ? many(count, 'running', 'running') : `${number(count)} · ${percent} %`,
    stalled: (count) => `${number(count)} stalled`,
    warning: 'Warning',
    differ: (count) => `${number(count)} differ${count === 1 ? 's' : ''}`,
    notVerified: 'Not verified',
    inSync: 'In sync',
    idle: 'Idle',
  },
  eta: (low, high) => (low === high ? `about ${low} left` : `${low} to ${high} left`),
  etaSoon: 'a few seconds left',
}

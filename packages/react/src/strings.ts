import { englishWords, type SyncWords } from '@syncwatch/client'

/** Every word the components show. Give `strings` to the provider to replace some of them. */
export interface SyncStatusStrings {
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
  health: string
  operations: string
  more: (count: number) => string
  noOperations: string
  /** The same of the time when the figures were the present. */
  noOperationsThen: string
  failures: string
  noFailures: string
  stores: string
  noStores: string
  verifiedAgo: (span: string) => string
  verifiedAt: (time: string) => string
  notVerified: string
  differ: (count: number) => string
  metrics: string
  errorRate: string
  averageDuration: string
  slowDuration: string
  throughput: string
  peakConcurrency: string
  total: string
  /** In the place of a figure that is not known. */
  none: string
  healthUnknown: string
  healthStatuses: Record<string, string>
  score: (score: number) => string
  since: (time: string) => string
  /** Of a reason that is better again but has not been for long enough. */
  recovering: (time: string) => string
  /** Of a reason that somebody has accepted for a time. */
  accepted: (by: string, note: string) => string
  operationTypes: Record<string, string>
  perSecond: (rate: string) => string
  pending: string
  finishing: string
  /** By status, of operations that have ended. */
  ended: Record<string, string>
  stalled: (span: string) => string
  cancelling: string
  failedItems: (count: number) => string
  details: string
  /** In the place of details whose code is on its way. */
  loading: string
  /** The same where it could not be brought. */
  notLoaded: string
  retryNow: string
  cancel: (name: string) => string
  cancelShort: string
  retry: (name: string) => string
  retryShort: string
  close: string
  move: string
  notAllowed: string
  refused: (message: string) => string
  waitsForConnection: string
  waitsForDatabase: string
  region: string
}

const types = { upload: 'Upload', delete: 'Delete', update: 'Update', full_sync: 'Full sync', webhook: 'Webhook' }

export const defaultStrings: SyncStatusStrings = {
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
  health: 'Health',
  operations: 'Running now',
  more: (count) => `and ${count} more`,
  noOperations: 'Nothing is running.',
  noOperationsThen: 'Nothing was running.',
  failures: 'Failures',
  noFailures: 'No failed operation waits for anybody.',
  stores: 'Stores',
  noStores: 'No store is connected yet.',
  verifiedAgo: (span) => `verified ${span} ago`,
  verifiedAt: (time) => `verified at ${time}`,
  notVerified: 'not verified',
  differ: (count) => `${count.toLocaleString('en-US')} ${count === 1 ? 'differs' : 'differ'}`,
  metrics: 'Finished operations',
  errorRate: 'Error rate',
  averageDuration: 'Mean duration',
  slowDuration: '95 % end within',
  throughput: 'Throughput',
  peakConcurrency: 'At once, at most',
  total: 'In all',
  none: '—',
  healthUnknown: 'Not known yet',
  healthStatuses: { healthy: 'Healthy', warning: 'Warning', critical: 'Critical' },
  score: (score) => `score ${Math.round(score)} of 100`,
  since: (time) => `since ${time}`,
  recovering: (time) => `better since ${time}, and watched until that has lasted`,
  accepted: (by, note) => `accepted by ${by}: ${note}`,
  operationTypes: types,
  perSecond: (rate) => `${rate}/s`,
  pending: 'Waiting to start',
  finishing: 'Finishing',
  ended: { completed: 'Completed', failed: 'Failed', cancelled: 'Cancelled' },
  stalled: (span) => `Stalled for ${span}`,
  cancelling: 'Cancelling',
  failedItems: (count) => `${count.toLocaleString('en-US')} failed`,
  details: 'Details',
  loading: 'Loading …',
  notLoaded: 'The details cannot be loaded now; they are tried again.',
  retryNow: 'Retry now',
  cancel: (name) => `Cancel ${name}`,
  cancelShort: 'Cancel',
  retry: (name) => `Retry ${name}`,
  retryShort: 'Retry',
  close: 'Close',
  move: 'Move to the next corner; the arrow keys choose one',
  notAllowed: 'Your role only looks',
  refused: (message) => `Not done: ${message}`,
  waitsForConnection: 'Waits for the connection',
  waitsForDatabase: 'Waits for the database',
  region: 'Sync status',
}

/** A time of day in UTC that says so: what a server and every browser agree on. */
export function utcTime(iso: string): string {
  const time = Date.parse(iso)
  return Number.isNaN(time) ? iso : `${new Date(time).toISOString().slice(11, 19)} UTC`
}

/** The words of the parts whose code comes after the page's own; they come with it. */
export interface LaterStrings {
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
  cancel: (name: string) => string
  cancelShort: string
  retry: (name: string) => string
  retryShort: string
  close: string
  move: string
  refused: (message: string) => string
  notAllowed: string
  waitsForConnection: string
  waitsForDatabase: string
}

const types = { upload: 'Upload', delete: 'Delete', update: 'Update', full_sync: 'Full sync', webhook: 'Webhook' }

export const laterStrings: LaterStrings = {
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
  cancel: (name) => `Cancel ${name}`,
  cancelShort: 'Cancel',
  retry: (name) => `Retry ${name}`,
  retryShort: 'Retry',
  close: 'Close',
  move: 'Move to the next corner; the arrow keys choose one',
  refused: (message) => `Not done: ${message}`,
  notAllowed: 'Your role only looks',
  waitsForConnection: 'Waits for the connection',
  waitsForDatabase: 'Waits for the database',
}

import type { VerdictTone } from '@syncwatch/client'
import type { ConnectionStatusName } from '@syncwatch/core'

const ofVerdict: Record<VerdictTone, string> = {
  ok: 'sw-tone-good',
  busy: 'sw-tone-busy',
  warning: 'sw-tone-warn',
  critical: 'sw-tone-bad',
  offline: 'sw-tone-bad',
  neutral: 'sw-tone-quiet',
}

const ofConnection: Record<ConnectionStatusName, string> = {
  connected: 'sw-tone-good',
  reconnecting: 'sw-tone-warn',
  disconnected: 'sw-tone-bad',
  error: 'sw-tone-bad',
}

export const verdictTone = (tone: VerdictTone): string => ofVerdict[tone]
/** Before the first answer nothing is wrong yet, so it has no colour. */
export const connectionTone = (status: ConnectionStatusName, isInitial = false): string =>
  isInitial && status === 'disconnected' ? 'sw-tone-quiet' : ofConnection[status]

import type { VerdictTone } from '@syncwatch/client'
import type { ConnectionStatusName, HealthStatus } from '@syncwatch/core'

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

const ofHealth: Record<HealthStatus | 'unknown', string> = {
  healthy: 'sw-tone-good',
  warning: 'sw-tone-warn',
  critical: 'sw-tone-bad',
  unknown: 'sw-tone-quiet',
}

export const verdictTone = (tone: VerdictTone): string => ofVerdict[tone]
/** Before the first answer nothing is wrong yet, so it has no colour. */
export const connectionTone = (status: ConnectionStatusName, isInitial = false): string =>
  isInitial && status === 'disconnected' ? 'sw-tone-quiet' : ofConnection[status]
export const healthTone = (status: HealthStatus | 'unknown'): string => ofHealth[status]

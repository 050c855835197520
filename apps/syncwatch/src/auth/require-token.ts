import { SyncwatchError } from '@syncwatch/core'
import type { Config } from '../config/config.ts'
import { isLoopback } from './is-loopback.ts'

/** Refuses to listen where others reach us without a token (`configuration_invalid`). */
export function requireToken(config: Pick<Config, 'host' | 'token'>): void {
  if (isLoopback(config.host) || config.token !== null) return
  throw new SyncwatchError(
    'configuration_invalid',
    `Listening on ${config.host} lets others in, so a token is needed: set SYNCWATCH_TOKEN to at least 16 random characters, or listen on 127.0.0.1.`,
  )
}

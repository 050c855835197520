import { SyncwatchError } from '@syncwatch/core'
import type { Config } from '../config/config.ts'
import { isLoopback } from './is-loopback.ts'

/**
 * Refuses to listen where others reach us without a token, and a viewer's token alone: without the other one everybody
 * is the person at this machine, so it would keep nobody from anything (`configuration_invalid`).
 */
export function requireToken(config: Pick<Config, 'host' | 'token' | 'viewerToken'>): void {
  if (config.viewerToken !== null && config.token === null) {
    throw new SyncwatchError(
      'configuration_invalid',
      'SYNCWATCH_VIEWER_TOKEN alone keeps nobody from changing anything: set SYNCWATCH_TOKEN as well.',
    )
  }
  if (isLoopback(config.host) || config.token !== null) return
  throw new SyncwatchError(
    'configuration_invalid',
    `Listening on ${config.host} lets others in, so a token is needed: set SYNCWATCH_TOKEN to at least 16 random characters, or listen on 127.0.0.1.`,
  )
}

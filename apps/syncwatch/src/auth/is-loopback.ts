import { isIP } from 'node:net'

const LOOPBACK_NAMES = new Set(['localhost', 'ip6-localhost'])

/** True for an address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  if (LOOPBACK_NAMES.has(host.toLowerCase()) || host === '::1') return true
  return isIP(host) === 4 && host.startsWith('127.')
}

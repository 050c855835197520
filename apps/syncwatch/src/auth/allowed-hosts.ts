import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Config } from '../config/config.ts'

const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]']
const WILDCARDS = new Set(['0.0.0.0', '::'])

/** The names (without port) under which this server may be called. Anything else may be a name made to point here. */
export function allowedHosts(config: Pick<Config, 'host' | 'allowedHosts'>): string[] {
  const own = WILDCARDS.has(config.host) ? machineAddresses() : [config.host]
  return [...new Set([...LOCAL_NAMES, ...own.map(asHostName), ...config.allowedHosts])].map((name) =>
    name.toLowerCase(),
  )
}

function machineAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map(({ address }) => address) ?? [])
}

function asHostName(address: string): string {
  return isIP(address) === 6 ? `[${address}]` : address
}

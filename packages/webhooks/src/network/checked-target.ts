import { isIP } from 'node:net'
import { SyncwatchError } from '@syncwatch/core'
import type { AddressPolicy } from './address-policy.ts'

/** An address that a name stands for. */
export interface ResolvedAddress {
  readonly address: string
  readonly family: 4 | 6
}

/** Asks for the addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>

/** Where a request goes: the address of the endpoint, and the very addresses that were found good. */
export interface CheckedTarget {
  readonly url: URL
  readonly addresses: readonly ResolvedAddress[]
}

/**
 * Resolves and judges where a URL leads. One refused address among several refuses all: who answers with both waits for us
 * to take the wrong one. Plain HTTP goes only where the configuration lets it. Rejects `webhook_address_refused`, and
 * with what `resolve` rejects with.
 */
export async function checkTarget(text: string, policy: AddressPolicy, resolve: Resolve): Promise<CheckedTarget> {
  const url = parseTarget(text)
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const version = isIP(hostname)
  const addresses = version === 0 ? await resolve(hostname) : [{ address: hostname, family: version as 4 | 6 }]
  if (addresses.length === 0) throw refused(`${hostname} has no address.`)
  const verdicts = addresses.map(({ address }) => policy.judge(address))
  const wrong = addresses[verdicts.indexOf('refused')]
  if (wrong !== undefined)
    throw refused(
      `${hostname === wrong.address ? hostname : `${hostname} leads to ${wrong.address}, which`} is not public. SYNCWATCH_WEBHOOK_ALLOW lets such addresses in.`,
    )
  if (url.protocol === 'http:' && verdicts.some((verdict) => verdict !== 'allowed'))
    throw refused('Use https: without it anybody on the way can read and change what is sent.')
  return { url, addresses }
}

/** Reads the address of an endpoint. Throws `webhook_address_refused`. */
export function parseTarget(text: string): URL {
  if (!URL.canParse(text)) throw refused('It is not an address such as https://example.com/hook.')
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused('An address begins with https://.')
  if (url.username !== '' || url.password !== '')
    throw refused('An address holds no name and password: the signature shows who sends.')
  return url
}

function refused(sentence: string): SyncwatchError {
  return new SyncwatchError('webhook_address_refused', sentence, { details: { field: 'url' } })
}

import { AddressRanges, plainAddress } from './address-ranges.ts'

/** What an address is to us: anybody's, one that the configuration lets in, or one that is not ours to send to. */
export type AddressVerdict = 'public' | 'allowed' | 'refused'

/** IPv4 that is not the public internet: the special-purpose registry of IANA (RFC 6890 and its successors). */
const REFUSED_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  // Shared by carriers; one cloud answers questions about its machines here.
  '100.64.0.0/10',
  '127.0.0.0/8',
  // Link-local, where most clouds answer such questions.
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Public by number, but answered by the host of a virtual machine on Azure.
  '168.63.129.16/32',
]

/** IPv6 that is routed to anybody; all the rest (loopback, link-local, unique local, multicast, NAT64) is refused. */
const PUBLIC_V6 = ['2000::/3']
/** Parts of it that lead back into IPv4, are special, or are for documentation. */
const REFUSED_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

/** Judges addresses before anything is sent to them, so that nobody reaches through us what only we can reach. */
export class AddressPolicy {
  readonly #allowed: AddressRanges
  readonly #refusedV4 = new AddressRanges(REFUSED_V4)
  readonly #publicV6 = new AddressRanges(PUBLIC_V6)
  readonly #refusedV6 = new AddressRanges(REFUSED_V6)

  /** `allowed`: addresses and CIDR ranges that may be sent to although they are not public. Throws `TypeError` for others. */
  constructor(allowed: readonly string[] = []) {
    this.#allowed = new AddressRanges(allowed)
  }

  judge(text: string): AddressVerdict {
    const address = plainAddress(text)
    if (address === null) return 'refused'
    if (this.#allowed.has(address)) return 'allowed'
    if (!address.includes(':')) return this.#refusedV4.has(address) ? 'refused' : 'public'
    return this.#publicV6.has(address) && !this.#refusedV6.has(address) ? 'public' : 'refused'
  }
}

import { BlockList, isIP } from 'node:net'

/** A range of addresses: one address, or CIDR notation. */
export interface AddressRange {
  readonly address: string
  readonly prefix: number
  readonly family: 'ipv4' | 'ipv6'
}

/** Reads `10.0.0.0/8`, `fd00::/8` or a single address. Null where it is none. */
export function parseRange(text: string): AddressRange | null {
  const [address = '', prefix, more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || more !== undefined || address.includes('%')) return null
  const most = version === 4 ? 32 : 128
  if (prefix !== undefined && !/^\d{1,3}$/.test(prefix)) return null
  const bits = prefix === undefined ? most : Number(prefix)
  return bits > most ? null : { address, prefix: bits, family: version === 4 ? 'ipv4' : 'ipv6' }
}

/** True for what `parseRange` can read. */
export function isAddressRange(text: string): boolean {
  return parseRange(text) !== null
}

/** A set of ranges that can be asked for an address. */
export class AddressRanges {
  readonly #v4 = new BlockList()
  readonly #v6 = new BlockList()

  constructor(ranges: readonly string[]) {
    for (const text of ranges) {
      const range = parseRange(text)
      if (range === null) throw new TypeError(`${text} is no address and no range of addresses.`)
      const list = range.family === 'ipv4' ? this.#v4 : this.#v6
      list.addSubnet(range.address, range.prefix, range.family)
    }
  }

  /** `address` as `plainAddress` gives it. */
  has(address: string): boolean {
    return isIP(address) === 4 ? this.#v4.check(address, 'ipv4') : this.#v6.check(address, 'ipv6')
  }
}

/**
 * An address in the form that it is judged in: without a zone, and IPv4 where IPv6 only carries it (`::ffff:127.0.0.1` reaches
 * what `127.0.0.1` reaches). Null where it is no address.
 */
export function plainAddress(text: string): string | null {
  const address = text.split('%', 1)[0] ?? ''
  const version = isIP(address)
  if (version !== 6) return version === 4 ? address : null
  if (!MAPPED.check(address, 'ipv6')) return address
  const [high = 0, low = 0] = groupsOf(address).slice(-2)
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

const MAPPED = new BlockList()
MAPPED.addSubnet('::ffff:0:0', 96, 'ipv6')

/** The eight numbers of an IPv6 address; the URL parser knows every way to write one. */
function groupsOf(address: string): number[] {
  const [left = '', right] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::')
  const numbers = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const [head, tail] = [numbers(left), numbers(right ?? '')]
  return right === undefined ? head : [...head, ...Array(8 - head.length - tail.length).fill(0), ...tail]
}

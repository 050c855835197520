/** Random bytes are asked for in such portions: a call for each id costs as much as thousands of ids. */
const POOL_BYTES = 4_096
const BYTES_AN_ID = 10
const SEQUENCE_END = 0x1_0000_0000

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/**
 * Makes uuids of version 7 (RFC 9562): milliseconds since 1970, 32 bits that count up within one, then chance. Each is greater than the
 * one before it, also where the clock stands or goes back. `fill` fills bytes with chance.
 */
export function uuid7Source(now: () => number, fill: (bytes: Uint8Array) => void): () => string {
  const pool = new Uint8Array(POOL_BYTES)
  let used = POOL_BYTES
  let time = 0
  let sequence = 0
  const next = (): number => pool[used++] as number
  return () => {
    if (used + BYTES_AN_ID > POOL_BYTES) {
      fill(pool)
      used = 0
    }
    const moment = now()
    if (moment > time) {
      time = moment
      // Begins in the lower half, so that it has room to count.
      sequence = (next() & 0x7f) * 0x100_0000 + next() * 0x1_0000 + next() * 0x100 + next()
    } else {
      sequence += 1 + (next() & 0x0f)
      if (sequence >= SEQUENCE_END) {
        time += 1
        sequence = 0
      }
    }
    return formatted(time, sequence, next)
  }
}

/** The count stands in the 12 bits after the version, and in the first 20 after the variant. */
function formatted(time: number, sequence: number, next: () => number): string {
  const hex = (byte: number) => HEX[byte & 0xff] as string
  const high = Math.floor(time / 0x1_0000)
  const [a, b, c, d] = [sequence >>> 28, sequence >>> 20, sequence >>> 14, sequence >>> 6]
  return (
    `${hex(high >>> 24)}${hex(high >>> 16)}${hex(high >>> 8)}${hex(high)}-${hex(time / 0x100)}${hex(time % 0x100)}-` +
    `${hex(0x70 | (a & 0x0f))}${hex(b)}-${hex(0x80 | (c & 0x3f))}${hex(d)}-` +
    `${hex(((sequence & 0x3f) << 2) | (next() & 0x03))}${hex(next())}${hex(next())}${hex(next())}${hex(next())}${hex(next())}`
  )
}

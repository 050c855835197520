/** Which bytes to send: all of them, one range (both ends inclusive), or none because the range lies outside. */
export type ByteRange =
  | { readonly kind: 'all' | 'outside' }
  | { readonly kind: 'part'; readonly start: number; readonly end: number }

const PATTERN = /^bytes=(\d{0,16})-(\d{0,16})$/

/**
 * Reads a `Range` header (RFC 9110, section 14). Several ranges, other units and nonsense are answered with everything,
 * which the standard allows.
 */
export function parseByteRange(header: string | null, size: number): ByteRange {
  const [, first = '', last = ''] = PATTERN.exec(header?.trim() ?? '') ?? []
  if (first === '' && last === '') return { kind: 'all' }
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return { kind: 'all' }
  if (start >= size || (first === '' && Number(last) === 0)) return { kind: 'outside' }
  return { kind: 'part', start, end }
}

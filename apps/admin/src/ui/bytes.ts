const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Bytes in the decimal unit that fits, with three digits at most: `812 B`, `4.2 MB`. */
export function byteWords(bytes: number): string {
  let value = bytes
  let step = 0
  while (value >= 1000 && step < UNITS.length - 1) {
    value /= 1000
    step += 1
  }
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[step]}`
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** Bytes as people read them, in the decimal unit that fits, with three digits at most: `812 B`, `4.2 MB`, `120 GB`. */
export function byteWords(bytes: number): string {
  let value = bytes
  let step = 0
  while (Math.round(value) >= 1000 && step < UNITS.length - 1) {
    value /= 1000
    step += 1
  }
  return `${step === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${UNITS[step]}`
}

import { type Logger, pino } from 'pino'

/** Structured lines to standard error. Synchronous: the last line before an end is the one that matters. */
export function createLogger(level: string): Logger {
  const redact = { paths: ['token', 'authorization', '*.token', '*.authorization', '*.password'], censor: '[secret]' }
  return pino({ level, base: null, redact }, pino.destination({ fd: 2, sync: true }))
}

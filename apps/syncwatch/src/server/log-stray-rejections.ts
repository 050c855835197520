import type { Logger } from 'pino'

/**
 * Logs rejections that nobody waited for, instead of ending the process with everything that runs well. Returns the way to
 * stop. An exception that nobody caught still ends it: what it left behind is unknown, and the next start recovers.
 */
export function logStrayRejections(log: Logger): () => void {
  const listener = (reason: unknown) => log.error({ err: reason }, 'a promise was rejected and nobody waited for it')
  process.on('unhandledRejection', listener)
  return () => process.off('unhandledRejection', listener)
}

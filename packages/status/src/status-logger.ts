/** Where the manager says what nobody awaits. A `pino` logger fits: errors stand under `err`. */
export interface StatusLogger {
  info(details: Record<string, unknown>, message: string): void
  warn(details: Record<string, unknown>, message: string): void
  error(details: Record<string, unknown>, message: string): void
}

/** Says nothing. */
export const silentLogger: StatusLogger = { info: () => {}, warn: () => {}, error: () => {} }

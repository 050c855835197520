import type { Clock, Random } from '@syncwatch/core'

/** What a command needs of its surroundings; tests put others here. */
export interface CliContext {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The folder that relative paths count from. */
  readonly folder: string
  readonly stdout: Output
  readonly stderr: Output
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  readonly random: Random
  /** Aborted when the person, or whoever started us, asks to stop. */
  readonly stopping: AbortSignal
  /** Opens an address in the person's browser, as well as that works. */
  readonly openBrowser: (url: string) => void
}

export interface Output {
  readonly isTerminal: boolean
  /** Characters a line. */
  readonly columns: number
  write(text: string): void
}

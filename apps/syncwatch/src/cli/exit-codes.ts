import { isSyncwatchError } from '@syncwatch/core'

/** What the process says at its end: 0 done, 1 failed, 2 usage, 3 held back by a safety gate, 4 conflicts left. */
export const EXIT = { done: 0, failed: 1, usage: 2, heldBack: 3, conflicts: 4 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** The exit code of a failure. */
export function exitCodeOf(error: unknown): ExitCode {
  if (isSyncwatchError(error, 'configuration_invalid')) return EXIT.usage
  if (isSyncwatchError(error, 'held_back')) return EXIT.heldBack
  return EXIT.failed
}

import { SyncwatchError } from '@syncwatch/core'
import type { Command } from 'commander'

/** `--prefix` (as often as there are folders) and `--sentinel`. */
export function scopeOptions(command: Command): Command {
  return command
    .option('--prefix <folder>', 'sync only this folder of it; may be given several times', gather)
    .option('--sentinel <file>', 'a file of it that must be there, or nothing counts as deleted')
}

/** What the flags say of a store, by the names of the API; nothing of what was not given. `--all` and `--no-sentinel` take back. */
export function scopeFlags(flags: Readonly<Record<string, unknown>>): {
  prefixes?: string[]
  sentinel?: string | null
} {
  const { prefix, all, sentinel } = flags
  if (prefix !== undefined && all === true)
    throw new SyncwatchError('configuration_invalid', 'Give either --prefix or --all.')
  return {
    ...(Array.isArray(prefix) && { prefixes: prefix }),
    ...(all === true && { prefixes: [] }),
    ...(typeof sentinel === 'string' && { sentinel }),
    ...(sentinel === false && { sentinel: null }),
  }
}

function gather(folder: string, before: readonly string[] = []): string[] {
  return [...before, folder]
}

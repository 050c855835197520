import { isSyncwatchError, SyncwatchError } from '@syncwatch/core'

const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** A failed call in the vault's folder as a documented failure. What is no failed system call stays as it is. */
export function vaultError(root: string, error: unknown): unknown {
  if (isSyncwatchError(error) || !(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error
  const code = String(error.code)
  if (FULL.has(code))
    return new SyncwatchError('disk_full', `The disk of ${root} is full. Free some space; the next run goes on.`, {
      cause: error,
    })
  return new SyncwatchError('internal', `The vault ${root} cannot be used (${code}).`, { cause: error })
}

import { statfs } from 'node:fs/promises'
import { SyncwatchError } from '@syncwatch/core'

/** Why a Postgres program ended without doing its work, as far as its words tell. */
export type FailureReason = 'contested' | 'port_taken' | 'disk_full' | 'other'

/**
 * Postgres has no codes before it accepts connections, so its words decide; they are English, as we set its locale.
 * `contested`: another server still holds the folder and either answers soon or goes.
 */
const SIGNS: ReadonlyArray<readonly [FailureReason, RegExp]> = [
  ['contested', /lock file "postmaster\.pid" already exists|pre-existing shared memory block|lock file .* is empty/],
  ['port_taken', /could not bind IPv[46] address|could not create any TCP\/IP sockets/],
  ['disk_full', /No space left on device|Disk quota exceeded|Check free disk space|wrote only \d+ of \d+ bytes/i],
]

/** Reads the reason out of what the program printed. */
export function failureReason(output: string): FailureReason {
  return SIGNS.find(([, sign]) => sign.test(output))?.[0] ?? 'other'
}

/** The error for a Postgres program that failed: one sentence with its own complaint. `doing` completes "while …". */
export async function startFailure(
  output: string,
  doing: string,
  place: { dataFolder: string; logFile: string },
): Promise<SyncwatchError> {
  const details = { ...place, output }
  if (failureReason(output) === 'disk_full' || (await hasNoRoom(place.dataFolder))) {
    return diskFull(place.dataFolder, details)
  }
  const complaint = complaintOf(output)
  return new SyncwatchError(
    'postgres_unavailable',
    `The embedded Postgres ended while ${doing}${complaint ? ` (${complaint})` : ''}: see ${place.logFile}.`,
    { details },
  )
}

/** On a full disk Postgres cannot even log that the disk is full. */
async function hasNoRoom(folder: string): Promise<boolean> {
  const room = await statfs(folder).catch(() => undefined)
  return room !== undefined && room.bavail * room.bsize < 64 * 1024
}

/** The sentence for a disk without room. */
export function diskFull(folder: string, details: Record<string, unknown>, cause?: unknown): SyncwatchError {
  return new SyncwatchError(
    'disk_full',
    `There is no room left on the disk of ${folder}: free some space, then start again.`,
    { details, cause },
  )
}

/** Puts a failed file operation on the data folder into a sentence; other errors pass through. */
export function fileFailure(error: unknown, folder: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(folder, { folder }, error)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EEXIST') {
    return new SyncwatchError(
      'postgres_unavailable',
      `The data folder ${folder} cannot be used by this user (${code}): choose one that can be written.`,
      { cause: error, details: { folder } },
    )
  }
  return error
}

/** Its first complaint is the cause, what follows are consequences. */
function complaintOf(output: string): string {
  const lines = output.split('\n').map((line) => line.trim())
  const told = lines.find((line) => /\b(FATAL|PANIC|initdb: error|error while loading)\b/.test(line))
  return (told ?? lines.filter(Boolean).at(-1) ?? '').replace(/^.*?(FATAL|PANIC|initdb: error):\s*/, '')
}

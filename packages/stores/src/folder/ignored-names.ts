import type { BigIntStats } from 'node:fs'

/** Names of our own in a folder: the identity marker and everything beside it. */
export const OWN_PREFIX = '.syncwatch-'

const IGNORED_NAMES: ReadonlySet<string> = new Set([
  '.DS_Store',
  'Thumbs.db',
  'desktop.ini',
  '.directory',
  '.localized',
])
const IGNORED_FOLDERS: ReadonlySet<string> = new Set([
  // Our data folder, where somebody starts us inside the folder that is synced: it holds the vault.
  '.syncwatch',
  '.git',
  '.svn',
  '.hg',
  '.Trashes',
  '.Spotlight-V100',
  '.fseventsd',
  '.TemporaryItems',
  '$RECYCLE.BIN',
  'System Volume Information',
  'lost+found',
  '@eaDir',
])
/** What programs write while they save or download: AppleDouble, Office and Vim locks, Emacs locks, backups, partial downloads. */
const TEMPORARY =
  /^(\._|~\$|\.~|\.#|\.goutputstream-|\.nfs|\.fuse_hidden)|(~|\.swp|\.swx|\.tmp|\.part|\.partial|\.crdownload|\.download)$/

/**
 * Whether an entry is passed over without being an item: our own files, litter of operating systems, version control, and
 * temporary names of editors and browsers. Every other dot-file is a file like any other.
 */
export function isIgnored(name: string, kind: 'file' | 'folder'): boolean {
  if (name.startsWith(OWN_PREFIX)) return true
  if (kind === 'folder') return IGNORED_FOLDERS.has(name) || name.startsWith('.Trash-')
  return IGNORED_NAMES.has(name) || TEMPORARY.test(name)
}

const TEMPORARY_OF_OURS = /^\.syncwatch-[0-9a-f-]{36}[a-z-]*\.new$/
/** No write takes this long. By the time of the last change of the entry, which nobody can set. */
const LEFT_OVER_MS = 24 * 3_600_000

/** Whether a file is one that a write of ours left behind when it was killed. */
export function isLeftOver(name: string, stats: BigIntStats, nowMs: number): boolean {
  return stats.isFile() && TEMPORARY_OF_OURS.test(name) && nowMs - Number(stats.ctimeMs) > LEFT_OVER_MS
}

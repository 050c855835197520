import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { SyncwatchError } from '@syncwatch/core'
import { type Account, commandOf } from './account.ts'
import { createPassword, readPassword } from './password-file.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { runProgram } from './run-program.ts'
import { startFailure } from './start-failure.ts'

/** What lies where in a data folder. All absolute. */
export interface DataFolderLayout {
  readonly dataFolder: string
  /** The folder Postgres itself calls its data directory. */
  readonly cluster: string
  readonly passwordFile: string
  readonly logFile: string
}

/** The layout of a data folder, by its absolute path. */
export function layoutOf(dataFolder: string): DataFolderLayout {
  return {
    dataFolder,
    cluster: join(dataFolder, 'cluster'),
    passwordFile: join(dataFolder, 'password'),
    logFile: join(dataFolder, 'postgres.log'),
  }
}

/** The user that owns everything in the embedded server. */
export const SUPERUSER = 'postgres'

/**
 * Gives the password of the cluster, and makes both first if they are not there. The cluster gets its name when it is
 * whole, so one whose making was interrupted is never taken for one: its remains are deleted.
 */
export async function ensureCluster(
  layout: DataFolderLayout,
  binaries: PostgresBinaries,
  account: Account,
): Promise<{ password: string; created: boolean }> {
  await removeDrafts(layout.cluster)
  const password = await readPassword(layout.passwordFile)
  const major = await clusterMajor(layout.cluster)
  if (major === undefined) {
    // Always a new one: a password without a cluster is left from an interrupted start, perhaps as another user.
    const fresh = await createPassword(layout.passwordFile, account.options)
    await makeCluster(layout, binaries, account)
    return { password: fresh, created: true }
  }
  if (major !== binaries.major) throw wrongMajor(layout, major, binaries.major)
  if (password === undefined) throw passwordMissing(layout)
  return { password, created: false }
}

async function makeCluster(layout: DataFolderLayout, binaries: PostgresBinaries, account: Account): Promise<void> {
  const draft = `${layout.cluster}.new-${randomBytes(4).toString('hex')}`
  await mkdir(dirname(layout.cluster), { recursive: true, mode: 0o700 })
  const argv = ['--pgdata', draft, '--username', SUPERUSER, '--encoding=UTF8', '--locale=C']
  argv.push('--auth=scram-sha-256', '--pwfile', layout.passwordFile, '--no-instructions')
  const { code, output } = await runProgram(commandOf(account, binaries.initdb, argv), account.options)
  if (code !== 0) {
    const failure = await startFailure(output, 'making its data folder', layout)
    await rm(draft, { recursive: true, force: true })
    throw failure
  }
  await rename(draft, layout.cluster)
  await syncFolder(dirname(layout.cluster))
}

async function removeDrafts(cluster: string): Promise<void> {
  const folder = dirname(cluster)
  const drafts = (await readdir(folder)).filter((name) => name.startsWith(`${basename(cluster)}.new-`))
  // An orphaned initdb may still write there; it fails as soon as its files are gone.
  for (const name of drafts) await rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 })
}

/** The major version that made the cluster, or undefined when there is none. */
async function clusterMajor(cluster: string): Promise<number | undefined> {
  try {
    return Number.parseInt(await readFile(join(cluster, 'PG_VERSION'), 'utf8'), 10)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const left = await stat(cluster).catch(() => undefined)
  if (!left) return undefined
  throw new SyncwatchError(
    'postgres_unavailable',
    `${cluster} is not a Postgres data folder: move it away, or choose another data folder.`,
  )
}

/** Makes a rename survive a power cut; where a folder cannot be opened (Windows) the system does it itself. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  try {
    await handle?.sync().catch(() => {})
  } finally {
    await handle?.close()
  }
}

function wrongMajor(layout: DataFolderLayout, found: number, ours: number): SyncwatchError {
  return new SyncwatchError(
    'postgres_unavailable',
    `The data folder ${layout.dataFolder} was made by Postgres ${found} and this is Postgres ${ours}: dump it with the old version and load it with the new one, or choose another data folder.`,
    { details: { found, ours } },
  )
}

function passwordMissing(layout: DataFolderLayout): SyncwatchError {
  return new SyncwatchError(
    'postgres_unavailable',
    `The file ${layout.passwordFile} that belongs to ${layout.cluster} is missing: put it back, or choose another data folder.`,
  )
}

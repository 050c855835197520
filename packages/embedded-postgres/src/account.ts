import { chown, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SyncwatchError } from '@syncwatch/core'
import type { Host } from './host.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { type ProgramOptions, runProgram } from './run-program.ts'

/** As whom Postgres runs: put `prefix` before its command and start that with `options`. */
export interface Account {
  readonly prefix: readonly string[]
  readonly options: ProgramOptions
}

const OURSELVES: Account = { prefix: [], options: {} }

/** Where the account must be able to work. */
export interface AccountPlace {
  /** The folder that holds everything; exists. */
  readonly dataFolder: string
  /** The cluster inside, which may not exist yet. */
  readonly cluster: string
}

/**
 * Chooses as whom Postgres runs. Who is not root runs it himself. Postgres refuses to run as root, so root uses a user
 * namespace, in which he has another name but his own rights and so gets through folders that are closed to others;
 * where the machine has none, an unprivileged user who can reach the data folder and the programs. A cluster that is
 * already there goes on belonging to whom it belongs.
 */
export async function chooseAccount(host: Host, binaries: PostgresBinaries, place: AccountPlace): Promise<Account> {
  if (!host.isRoot) return OURSELVES
  const owner = await ownerOf(place.cluster)
  if (owner === undefined || owner.uid === 0) {
    const namespace = await namespaceAccount(host)
    if (namespace && (await canWork(namespace, binaries, place.dataFolder))) return namespace
  }
  if (owner?.uid !== 0) {
    for (const user of owner ? [owner] : await usersForNewCluster(place.dataFolder)) {
      if (!owner) await chown(place.dataFolder, user.uid, user.gid)
      const account = { prefix: [], options: user }
      if (await canWork(account, binaries, place.dataFolder)) return account
    }
    if (!owner) await chown(place.dataFolder, 0, 0)
  }
  throw new SyncwatchError(
    'postgres_unavailable',
    `Postgres does not run as root, and this machine lets root neither make a user namespace nor use ${place.dataFolder} as another user: start Syncwatch as an ordinary user, choose a data folder that all users can reach, or set DATABASE_URL to a Postgres of your own.`,
    { details: { dataFolder: place.dataFolder } },
  )
}

interface User {
  readonly uid: number
  readonly gid: number
}

async function ownerOf(path: string): Promise<User | undefined> {
  try {
    const { uid, gid } = await stat(path)
    return { uid, gid }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** The name in the namespace must be one that exists, as initdb looks it up. */
async function namespaceAccount(host: Host): Promise<Account | undefined> {
  const user = await unprivilegedUser()
  if (host.platform !== 'linux' || !user) return undefined
  return { prefix: [host.unshare, '--user', `--map-user=${user.uid}`, '--'], options: {} }
}

/** Who owns the place (as when root acts for a user in his home), else the user that is there for owning nothing. */
async function usersForNewCluster(dataFolder: string): Promise<User[]> {
  const parent = await ownerOf(dirname(dataFolder))
  const nobody = await unprivilegedUser()
  return [parent, nobody].filter((user): user is User => user !== undefined && user.uid !== 0)
}

/** `nobody`, else any user but root. */
async function unprivilegedUser(): Promise<User | undefined> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n')
  const users = lines.flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    return Number(uid) > 0 && Number(gid) > 0 ? [{ name, uid: Number(uid), gid: Number(gid) }] : []
  })
  const user = users.find(({ name }) => name === 'nobody') ?? users[0]
  return user && { uid: user.uid, gid: user.gid }
}

/** Tries it: the account must reach and run the programs and write to the folder. */
async function canWork(account: Account, binaries: PostgresBinaries, dataFolder: string): Promise<boolean> {
  const runs = await runProgram(commandOf(account, binaries.postgres, ['--version']), account.options)
  if (runs.code !== 0) return false
  const writes = await runProgram(
    commandOf(account, 'test', ['-w', dataFolder, '-a', '-x', dataFolder]),
    account.options,
  )
  return writes.code === 0
}

/** The command line that runs `program` as this account, together with `account.options`. */
export function commandOf(account: Account, program: string, argv: readonly string[]): [string, ...string[]] {
  const [first, ...rest] = account.prefix
  return first === undefined ? [program, ...argv] : [first, ...rest, program, ...argv]
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What the server notes in `postmaster.pid` while it runs. */
export interface PostmasterFile {
  readonly pid: number
  /** 0 before it listens. */
  readonly port: number
}

/** The server's note in this cluster; undefined when there is none, `unreadable` when it is empty or not a note. */
export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | 'unreadable' | undefined> {
  let text: string
  try {
    text = await readFile(join(cluster, 'postmaster.pid'), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  // Line 1 is the process id, line 4 the port: src/include/utils/pidfile.h of Postgres.
  const lines = text.split('\n')
  const pid = Number.parseInt(lines[0] ?? '', 10)
  if (!(pid > 0)) return 'unreadable'
  return { pid, port: Number.parseInt(lines[3] ?? '', 10) || 0 }
}

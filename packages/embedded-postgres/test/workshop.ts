import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '@syncwatch/embedded-postgres'
import { makeTempFolder } from '@syncwatch/testkit'
import pg from 'pg'
import { afterEach } from 'vitest'
import { type Holder, startHolder } from './holder.ts'

/** Makes servers, holders and folders for one test and puts everything away after it. */
export interface Workshop {
  folder(): Promise<string>
  start(dataFolder: string, options?: Partial<EmbeddedPostgresOptions>): Promise<EmbeddedPostgres>
  holder(dataFolder: string, word?: string, env?: NodeJS.ProcessEnv): Holder
  /** A server process that must not outlive the test. */
  mind(pid: number): void
}

export function openWorkshop(): Workshop {
  const ends: Array<() => Promise<unknown>> = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end().catch(() => {})
  })
  return {
    folder: async () => {
      const folder = await makeTempFolder('embedded')
      ends.push(folder.remove)
      return folder.path
    },
    start: async (dataFolder, options = {}) => {
      const server = await startEmbeddedPostgres({ dataFolder, ...options })
      ends.push(() => server.stop())
      return server
    },
    holder: (dataFolder, word, env) => {
      const holder = startHolder(dataFolder, word, env)
      ends.push(() => holder.end('SIGKILL'))
      void holder.news.then((news) => 'pid' in news && ends.push(async () => process.kill(news.pid, 'SIGQUIT')))
      return holder
    },
    mind: (pid) => void ends.push(async () => process.kill(pid, 'SIGQUIT')),
  }
}

/** Runs one query on a connection of its own. */
export async function ask<Row extends pg.QueryResultRow>(
  url: string,
  query: string,
  values?: unknown[],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(query, values)).rows
  } finally {
    await client.end()
  }
}

/** The words that holders left. */
export async function wordsIn(url: string): Promise<string[]> {
  return (await ask<{ word: string }>(url, 'SELECT word FROM words ORDER BY word')).map(({ word }) => word)
}

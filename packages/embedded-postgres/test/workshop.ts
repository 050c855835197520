import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '@syncwatch/embedded-postgres'
import { makeTempFolder, type TempFolder } from '@syncwatch/testkit'
import pg from 'pg'
import { afterAll, afterEach } from 'vitest'
import { type Holder, startHolder } from './holder.ts'

/** Makes servers, holders and folders for one test and puts everything away after it. */
export interface Workshop {
  /** An empty folder. */
  folder(): Promise<string>
  /** A data folder whose cluster is made already, by copying: making one takes a second. */
  prepared(): Promise<string>
  start(dataFolder: string, options?: Partial<EmbeddedPostgresOptions>): Promise<EmbeddedPostgres>
  holder(dataFolder: string, word?: string, env?: NodeJS.ProcessEnv): Holder
}

export function openWorkshop(): Workshop {
  const ends: Array<() => Promise<unknown>> = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end().catch(() => {})
  })
  let original: Promise<TempFolder> | undefined
  afterAll(async () => (await original)?.remove())
  const folder = async () => {
    const made = await makeTempFolder('embedded')
    ends.push(made.remove)
    return made.path
  }
  return {
    folder,
    prepared: async () => {
      original ??= makeOriginal()
      const copy = join(await folder(), 'data')
      await cp((await original).path, copy, { recursive: true })
      return copy
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
  }
}

async function makeOriginal(): Promise<TempFolder> {
  const folder = await makeTempFolder('embedded-original')
  const server = await startEmbeddedPostgres({ dataFolder: folder.path })
  await server.stop()
  return folder
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

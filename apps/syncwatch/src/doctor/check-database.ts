import { isSyncwatchError } from '@syncwatch/core'
import { createPool, query } from '@syncwatch/database'
import { findPostgresBinaries, thisHost } from '@syncwatch/embedded-postgres'
import type { Config } from '../config/config.ts'
import { type Finding, failed, ok, warning } from './finding.ts'

const OLDEST = 140_000

/** Your own database: does it answer, is it new enough, is there a pooler in between? The embedded one: is it here? */
export async function checkDatabase(config: Config): Promise<Finding> {
  return config.databaseUrl === null ? checkEmbedded() : checkOwn(config.databaseUrl)
}

async function checkEmbedded(): Promise<Finding> {
  try {
    await findPostgresBinaries(thisHost())
    return ok('Postgres', 'embedded, its programs are installed')
  } catch (error) {
    return failed('Postgres', sentenceOf(error))
  }
}

async function checkOwn(url: string): Promise<Finding> {
  const pool = createPool({ url, applicationName: 'syncwatch-doctor', max: 1, pooler: poolerOf(url) })
  try {
    const [row] = await query<{ number: number; text: string }>(
      pool,
      `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS text`,
    )
    if (row === undefined || row.number < OLDEST)
      return failed('Postgres', `${row?.text} is too old; 14 or newer is needed.`)
    if (poolerOf(url) === 'none') return ok('Postgres', `${row.text}, reached`)
    return warning(
      'Postgres',
      `${row.text} behind a transaction pooler: live updates poll; port 5432 makes them immediate.`,
    )
  } catch (error) {
    return failed('Postgres', sentenceOf(error))
  } finally {
    await pool.end()
  }
}

/** 6543 is where Supabase and PgBouncer give a connection for one transaction only. */
function poolerOf(url: string): 'none' | 'transaction' {
  return URL.canParse(url) && new URL(url).port === '6543' ? 'transaction' : 'none'
}

function sentenceOf(error: unknown): string {
  return isSyncwatchError(error) || error instanceof Error ? error.message : String(error)
}

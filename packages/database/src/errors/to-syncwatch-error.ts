import { type ErrorCode, SyncwatchError } from '@syncwatch/core'
import pg from 'pg'
import { codeOfSqlState } from './sql-states.ts'

const NETWORK_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ENOENT',
  'ENOTFOUND',
])

// `pg` gives these no code, so its words are all there is to go by.
const CONNECTION_WORDS =
  /connection terminated|timeout exceeded when trying to connect|not queryable|client was closed|connection timeout|pool after calling end/i

/**
 * Turns whatever `pg` threw into the error of our catalogue: connection trouble into `database_unavailable`, our SQL
 * functions' refusals into their codes, the rest by its SQLSTATE, and what is nobody's fault but ours into `internal`.
 */
export function toSyncwatchError(error: unknown): SyncwatchError {
  if (error instanceof SyncwatchError) return error
  if (isDatabaseError(error)) return fromDatabaseError(error)
  const text = error instanceof Error ? error.message : String(error)
  if (isConnectionTrouble(error)) {
    const detail = text === '' ? 'no answer' : text
    return new SyncwatchError(
      'database_unavailable',
      `The database cannot be reached (${detail}). It will be tried again.`,
      {
        cause: error,
      },
    )
  }
  if (text.includes('Query read timeout'))
    return new SyncwatchError('timeout', 'The database did not answer in time.', { cause: error })
  return new SyncwatchError('internal', text, { cause: error })
}

function isDatabaseError(error: unknown): error is pg.DatabaseError {
  if (error instanceof pg.DatabaseError) return true
  // A pool that the host application made may come from another copy of `pg`.
  const code = (error as { code?: unknown; severity?: unknown } | null)?.code
  return error instanceof Error && typeof code === 'string' && 'severity' in error
}

function isConnectionTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof AggregateError && error.errors.some(isConnectionTrouble)) return true
  const code = (error as NodeJS.ErrnoException).code
  return (code !== undefined && NETWORK_CODES.has(code)) || CONNECTION_WORDS.test(error.message)
}

const ADVICE: Readonly<Record<string, string>> = {
  database_incompatible: '. Have the migrations been applied (migrate())?',
  pooler: '. Behind a pooler, add "pgbouncer=true" to the address or connect to the database itself.',
}

/** Where Postgres speaks of its files and bytes, or only while it starts: what it means to whoever called. */
const PLAIN_WORDS: Readonly<Record<string, string>> = {
  '22021': 'Text may not contain the character U+0000 or bytes that are not UTF-8.',
  '53100': 'The disk of the database is full, so nothing was stored. Free some space there.',
  '57P01': 'The database is stopping. It will be tried again.',
  '57P02': 'The database ended unexpectedly. It will be tried again.',
  '57P03': 'The database is not ready yet. It will be tried again.',
}

function fromDatabaseError(error: pg.DatabaseError): SyncwatchError {
  const code = codeOf(error)
  const details: Record<string, unknown> = { sqlstate: error.code }
  if (error.constraint !== undefined) details.constraint = error.constraint
  if (error.table !== undefined) details.table = error.table
  const advice = ADVICE[error.code === '08P01' ? 'pooler' : code] ?? ''
  const message = PLAIN_WORDS[error.code ?? ''] ?? `${error.message}${advice}`
  return new SyncwatchError(code, message, { cause: error, details })
}

function codeOf(error: pg.DatabaseError): ErrorCode {
  if (error.code === '23505' && error.constraint === 'sync_operations_operation_key_key') return 'operation_key_taken'
  if (error.code === '23503' && error.constraint?.endsWith('_operation_id_fkey')) return 'operation_not_found'
  return codeOfSqlState(error.code ?? '') ?? 'internal'
}

import { pipeline } from 'node:stream/promises'
import { query, toSyncwatchError } from '@syncwatch/database'
import type { Pool } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { ListingPage, Store, StoreObject, StoreProblem } from '../ports/store.ts'
import { copyRow } from './copy-text.ts'
import { foldKey } from './fold-key.ts'
import type { RunTables } from './run-tables.ts'

/** Rows of one COPY: each commits by itself, so that no transaction is open while the store is slow. */
const ROWS_PER_COPY = 5_000

/** What a listing came to. */
export interface StagedListing {
  readonly listed: number
  readonly bytes: number
  readonly ignored: number
  readonly problems: number
  /** Whether it missed nothing: only then may anything be concluded from absence. */
  readonly complete: boolean
}

export interface StageListingOptions {
  readonly pool: Pool
  readonly store: Store
  readonly tables: RunTables
  readonly signal: AbortSignal
  onProgress(listed: number): Promise<void>
  onProblems(problems: readonly StoreProblem[]): Promise<void>
}

/** Streams a listing into the run's table. In memory: one portion of it. */
export async function stageListing(options: StageListingOptions): Promise<StagedListing> {
  const totals = { listed: 0, bytes: 0, ignored: 0, problems: 0, complete: false }
  let waiting: StoreObject[] = []
  const flush = async () => {
    await copyObjects(options.pool, options.tables, waiting)
    waiting = []
    await options.onProgress(totals.listed)
  }
  for await (const page of options.store.list({ signal: options.signal })) {
    options.signal.throwIfAborted()
    count(totals, page)
    waiting.push(...page.objects)
    if (page.problems.length > 0) await options.onProblems(page.problems)
    if (waiting.length >= ROWS_PER_COPY) await flush()
  }
  await flush()
  // Without statistics the join that follows would be planned for an empty table.
  await query(options.pool, `ANALYZE ${options.tables.listing}`)
  return totals
}

function count(totals: { -readonly [Name in keyof StagedListing]: StagedListing[Name] }, page: ListingPage): void {
  for (const object of page.objects) totals.bytes += object.size
  totals.listed += page.objects.length
  totals.problems += page.problems.length
  totals.ignored += page.ignored
  totals.complete = page.complete
}

async function copyObjects(pool: Pool, tables: RunTables, objects: readonly StoreObject[]): Promise<void> {
  if (objects.length === 0) return
  const client = await pool.connect().catch((error: unknown) => {
    throw toSyncwatchError(error)
  })
  let broken: Error | undefined
  try {
    const copy = client.query(
      copyFrom(`COPY ${tables.listing} (key, remote_id, version, size, modified_at, fold) FROM STDIN`),
    )
    await pipeline([objects.map(objectRow).join('')], copy)
  } catch (error) {
    broken = toSyncwatchError(error)
    throw broken
  } finally {
    client.release(broken)
  }
}

function objectRow(object: StoreObject): string {
  const fold = foldKey(object.key)
  return copyRow([
    object.key,
    object.remoteId,
    object.version,
    object.size,
    object.modifiedAt,
    fold === object.key ? null : fold,
  ])
}

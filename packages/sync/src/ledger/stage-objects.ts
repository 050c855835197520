import { pipeline } from 'node:stream/promises'
import { toSyncwatchError } from '@syncwatch/database'
import type { Pool } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { copyRow } from '../plan/copy-text.ts'
import { foldKey } from '../plan/fold-key.ts'
import type { StoreObject } from '../ports/store.ts'
import type { RunTables } from './run-tables.ts'

/** One COPY, committed by itself, so that no transaction is open while a store is slow. */
export async function stageObjects(pool: Pool, tables: RunTables, objects: readonly StoreObject[]): Promise<void> {
  if (objects.length === 0) return
  const client = await pool.connect().catch((error: unknown) => {
    throw toSyncwatchError(error)
  })
  let broken: Error | undefined
  try {
    const columns = 'key, remote_id, version, size, modified_at, metadata_version, fold'
    const copy = client.query(copyFrom(`COPY ${tables.listing} (${columns}) FROM STDIN`))
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
    object.metadataVersion,
    fold === object.key ? null : fold,
  ])
}

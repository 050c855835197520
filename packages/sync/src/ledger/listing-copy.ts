import { pipeline } from 'node:stream/promises'
import { toSyncwatchError } from '@syncwatch/database'
import type { Pool } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { copyRow } from '../plan/copy-text.ts'
import { foldKey } from '../plan/fold-key.ts'
import type { StoreObject } from '../ports/store.ts'
import type { RunTables } from './run-tables.ts'

/** Room for a portion of a listing; it grows where keys are long. */
const FIRST_BYTES = 256 * 1024

/**
 * Brings a listing into its table, a portion a COPY, each committed by itself so that no transaction is open while a store is slow.
 * All portions go through the same bytes of memory: new ones for each would be collected late.
 */
export class ListingCopy {
  readonly #pool: Pool
  readonly #tables: RunTables
  #bytes = Buffer.alloc(FIRST_BYTES)

  constructor(pool: Pool, tables: RunTables) {
    this.#pool = pool
    this.#tables = tables
  }

  /** One portion at a time: the next one when this one is in. */
  async add(objects: readonly StoreObject[]): Promise<void> {
    if (objects.length === 0) return
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw toSyncwatchError(error)
    })
    let broken: Error | undefined
    try {
      const columns = 'key, remote_id, version, size, modified_at, metadata_version, fold'
      const copy = client.query(copyFrom(`COPY ${this.#tables.listing} (${columns}) FROM STDIN`))
      await pipeline([this.#encoded(objects)], copy)
    } catch (error) {
      broken = toSyncwatchError(error)
      throw broken
    } finally {
      client.release(broken)
    }
  }

  #encoded(objects: readonly StoreObject[]): Uint8Array {
    let used = 0
    for (const object of objects) {
      const row = objectRow(object)
      // The most that UTF-8 may take.
      if (used + row.length * 3 > this.#bytes.length)
        this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2 + row.length * 3)
      used += this.#bytes.write(row, used)
    }
    return this.#bytes.subarray(0, used)
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

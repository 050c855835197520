import { access, constants } from 'node:fs/promises'
import type { Random, StoreId } from '@syncwatch/core'
import { failureOf } from '@syncwatch/http'
import type { Store, StoreCatalog, StoreRecord } from '@syncwatch/sync'
import type { NewStore } from '../http/media-service.ts'
import { usableFolder } from './usable-folder.ts'

export interface TestPlaceParts {
  readonly catalog: StoreCatalog
  readonly dataFolder: string
  readonly random: Random
  openStore(record: StoreRecord): Promise<Store>
}

/** Looks whether a place could be connected in the mode that is wanted, and changes nothing. What is wrong is told as a sentence. */
export async function testPlace(
  { kind, location, mode = 'two-way' }: NewStore,
  { catalog, dataFolder, random, openStore }: TestPlaceParts,
): Promise<{ ok: boolean; message: string }> {
  try {
    const place = await usableFolder(location, dataFolder)
    const known = await catalog.findByLocation(kind, place)
    if (known !== null) return { ok: false, message: `${place} is connected already, as "${known.name}".` }
    const isWritten = mode !== 'pull'
    const rights = constants.R_OK | constants.X_OK | (isWritten ? constants.W_OK : 0)
    if (
      !(await access(place, rights).then(
        () => true,
        () => false,
      ))
    )
      return { ok: false, message: `The server may not ${isWritten ? 'read and write' : 'read'} ${place}.` }
    const store = await openStore({ ...recordOf(kind, place, mode), id: random.uuid() as StoreId })
    try {
      await store.identity({ create: false })
    } finally {
      await store.close()
    }
    return { ok: true, message: `${place} can be reached${isWritten ? ' and written' : ''}.` }
  } catch (error) {
    return { ok: false, message: failureOf(error).message }
  }
}

/** What a driver is opened with; the place has no row yet. */
function recordOf(kind: NewStore['kind'], location: string, mode: StoreRecord['mode']): Omit<StoreRecord, 'id'> {
  return {
    name: location,
    kind,
    mode,
    content_mode: 'full',
    conflict_policy: 'keep-both',
    delete_limit: null,
    location,
    config: {},
    identity: { marker: null, place: null },
  }
}

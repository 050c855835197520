import { isClientError } from '@syncwatch/client'
import type { AssetRow, CollectionRow } from '@syncwatch/core'
import { useState } from 'react'
import { useMedia } from '../media/media-context.ts'
import { counted } from '../ui/counted.ts'

/** How many undo requests are on their way at once. */
const AT_ONCE = 6

export interface Bulk {
  isBusy: boolean
  /** What was done last. */
  said: string
  /** Why the last change was not made. */
  refusal: Error | null
  /** Ids that can be had back from the trash; empty where there is nothing to undo. */
  undoable: readonly string[]
  /** Resolves to whether it was done; `in_use`: the app uses some of them, and `force` was not given. */
  remove: (assets: readonly AssetRow[], force: boolean) => Promise<boolean | 'in_use'>
  undo: () => Promise<void>
  addTo: (collection: CollectionRow | { name: string }, assets: readonly AssetRow[]) => Promise<boolean>
  takeFrom: (collection: CollectionRow, assets: readonly AssetRow[]) => Promise<boolean>
}

export interface BulkOptions {
  /** Takes assets out of the list at once, and puts them back where that is refused or undone. */
  hide: (ids: readonly string[]) => void
  unhide: (ids: readonly string[]) => void
  /** The collections, and what is in them, are others now. */
  onCollections: () => void
}

/** What is done with several assets: shown at once, and taken back with the reason where the server refuses it. */
export function useBulk({ hide, unhide, onCollections }: BulkOptions): Bulk {
  const { api, refreshAttention } = useMedia()
  const [state, setState] = useState<Pick<Bulk, 'isBusy' | 'said' | 'refusal' | 'undoable'>>({
    isBusy: false,
    said: '',
    refusal: null,
    undoable: [],
  })
  const finish = (part: Partial<typeof state>) =>
    setState({ isBusy: false, said: '', refusal: null, undoable: [], ...part })
  const during = async (work: () => Promise<void>): Promise<boolean> => {
    setState({ isBusy: true, said: '', refusal: null, undoable: [] })
    try {
      await work()
      return true
    } catch (error) {
      finish({ refusal: error as Error })
      return false
    }
  }
  const remove: Bulk['remove'] = async (assets, force) => {
    const ids = assets.map(({ id }) => id)
    let isInUse = false
    hide(ids)
    const isDone = await during(async () => {
      try {
        await api.assets.deleteAll(
          assets.map(({ id, revision }) => ({ id, revision })),
          force,
        )
      } catch (error) {
        unhide(ids)
        isInUse = isClientError(error, 'asset_in_use')
        throw error
      }
      finish({ said: `${counted(ids.length, 'asset')} put into the trash. The stores follow.`, undoable: ids })
    })
    refreshAttention()
    return isInUse ? 'in_use' : isDone
  }
  const undo = async () => {
    const ids = [...state.undoable]
    const left: string[] = []
    const queue = [...ids]
    let why: Error | null = null
    setState((before) => ({ ...before, isBusy: true, undoable: [] }))
    const work = async () => {
      for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
        try {
          await api.assets.restore(id, (await api.assets.get(id)).revision)
          unhide([id])
        } catch (error) {
          left.push(id)
          why = error as Error
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    refreshAttention()
    finish({ said: `${counted(ids.length - left.length, 'asset')} restored.`, refusal: why, undoable: left })
  }
  const addTo: Bulk['addTo'] = (collection, assets) =>
    during(async () => {
      const { id, name, revision } = 'id' in collection ? collection : await api.collections.create(collection)
      onCollections()
      await api.collections.add(
        id,
        revision,
        assets.map((asset) => asset.id),
      )
      onCollections()
      finish({ said: `${counted(assets.length, 'asset')} added to ${name}.` })
    })
  const takeFrom: Bulk['takeFrom'] = (collection, assets) => {
    const ids = assets.map(({ id }) => id)
    hide(ids)
    return during(async () => {
      await api.collections.take(collection.id, collection.revision, ids).catch((error: unknown) => {
        unhide(ids)
        throw error
      })
      onCollections()
      finish({ said: `${counted(ids.length, 'asset')} taken out of ${collection.name}.` })
    })
  }
  return { ...state, remove, undo, addTo, takeFrom }
}

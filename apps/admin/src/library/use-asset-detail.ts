import type { AssetDetail, AssetReplicaRow, AssetRow, AssetUsage, AssetVersion } from '@syncwatch/core'
import { useCallback } from 'react'
import { useMedia } from '../media/media-context.ts'
import { type Loaded, useLoaded } from '../media/use-loaded.ts'
import { useStoresChange } from '../media/use-stores-change.ts'
import { useTopic } from '../operations/use-topic.ts'

/** Everything that the detail of an asset shows. */
export interface AssetFacts {
  asset: AssetDetail
  /** Empty for an asset in the trash. */
  replicas: AssetReplicaRow[]
  versions: AssetVersion[]
  usage: AssetUsage[]
}

/** An asset with all that hangs on it, read again whenever it or a store changes. */
export function useAssetDetail(id: string): Loaded<AssetFacts> {
  const { api } = useMedia()
  const live = useTopic<AssetRow & Record<string, unknown>>('assets').find((asset) => asset.id === id)
  const stores = useStoresChange()
  const read = useCallback(async (): Promise<AssetFacts> => {
    const asset = await api.assets.get(id)
    const [versions, usage, replicas] = await Promise.all([
      api.assets.versions(id),
      api.assets.usage(id),
      asset.trashed_at === null ? api.assets.replicas(id) : { items: [] },
    ])
    return { asset, versions: versions.items, usage: usage.items, replicas: replicas.items }
  }, [api, id])
  return useLoaded(read, `${live?.rev} ${stores}`)
}

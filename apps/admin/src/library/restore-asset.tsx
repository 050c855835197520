import { isClientError } from '@syncwatch/client'
import type { AssetDetail } from '@syncwatch/core'
import { useWaitReason } from '@syncwatch/react/parts'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { useMedia } from '../media/media-context.ts'
import { useAct } from '../media/use-act.ts'
import { Button } from '../ui/button.tsx'
import { Refused } from '../ui/refused.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Part } from './part.tsx'

/** An asset in the trash: who put it there, and back with it; under another name where its own was taken. */
export function RestoreAsset({ asset, reload }: { asset: AssetDetail; reload: () => void }): ReactNode {
  const { api, refreshAttention } = useMedia()
  const { act, isBusy, refusal } = useAct()
  const waits = useWaitReason()
  const id = useId()
  const [key, setKey] = useState(asset.key)
  const isTaken = isClientError(refusal, 'asset_exists')
  const restore = async (event: FormEvent) => {
    event.preventDefault()
    const other = key === asset.key ? undefined : key
    if (await act(() => api.assets.restore(asset.id, asset.revision, other))) refreshAttention()
    reload()
  }
  return (
    <Part title="In the trash">
      <form className="space-y-2" onSubmit={(event) => void restore(event)}>
        <p>
          Deleted {asset.trashed_at && <RelativeTime iso={asset.trashed_at} />}
          {asset.trashed_by && ` by ${asset.trashed_by}`}
          {asset.trash_reason && ` (${asset.trash_reason.replaceAll('_', ' ')})`}.
        </p>
        {isTaken && (
          <label htmlFor={id} className="block text-muted">
            Restore it as
            <input
              id={id}
              required
              value={key}
              className="mt-1 block w-full rounded-md border border-line bg-surface px-2 py-1 text-text"
              onChange={(event) => setKey(event.target.value)}
            />
          </label>
        )}
        <Refused error={refusal} />
        <Button type="submit" disabled={isBusy || waits !== null} title={waits ?? undefined}>
          {isBusy ? 'Restoring …' : 'Restore'}
        </Button>
      </form>
    </Part>
  )
}

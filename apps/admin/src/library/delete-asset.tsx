import { isClientError } from '@syncwatch/client'
import type { AssetDetail, AssetUsage } from '@syncwatch/core'
import { useWaitReason } from '@syncwatch/react/parts'
import { type ReactNode, useState } from 'react'
import { useMedia } from '../media/media-context.ts'
import { useAct } from '../media/use-act.ts'
import { Button } from '../ui/button.tsx'
import { counted } from '../ui/counted.ts'
import { Refused } from '../ui/refused.tsx'

interface DeleteAssetProps {
  asset: AssetDetail
  usage: AssetUsage[]
  reload: () => void
}

/** Puts it into the trash, after saying where the app uses it. */
export function DeleteAsset({ asset, usage, reload }: DeleteAssetProps): ReactNode {
  const { api, refreshAttention } = useMedia()
  const { act, isBusy, refusal, clear } = useAct()
  const waits = useWaitReason()
  // The revision that was shown when it was asked for.
  const [asked, setAsked] = useState<number | null>(null)
  const ask = () => {
    clear()
    setAsked(asset.revision)
  }
  const remove = async () => {
    if (asked === null) return
    const deleted = await act(() => api.assets.delete(asset.id, asked, usage.length > 0))
    if (deleted) refreshAttention()
    setAsked(null)
    reload()
  }
  if (asked === null)
    return (
      <div>
        <Button disabled={waits !== null} title={waits ?? undefined} onClick={ask}>
          Delete …
        </Button>
        <Refused error={refusal} className="mt-2" />
        {(isClientError(refusal, 'revision_stale') || isClientError(refusal, 'asset_in_use')) && (
          <p className="text-muted">What you see now is up to date. Look again, then decide anew.</p>
        )}
      </div>
    )
  return (
    <fieldset aria-label="Delete" className="rounded-lg border border-bad px-3 py-2" data-confirm="delete">
      <p className="font-medium">Delete {asset.name}?</p>
      {usage.length > 0 && (
        <>
          <p className="mt-1 text-bad">The app uses it in {counted(usage.length, 'place')}:</p>
          <ul className="list-disc pl-5">
            {usage.slice(0, 8).map(({ used_in, reference }) => (
              <li key={`${used_in} ${reference}`} className="[overflow-wrap:anywhere]">
                {used_in} {reference}
              </li>
            ))}
          </ul>
          {usage.length > 8 && <p className="text-muted">and {usage.length - 8} more</p>}
        </>
      )}
      <p className="mt-1 text-muted">It goes to the trash and can be restored from there. The stores delete it.</p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button
          className="border-bad"
          disabled={isBusy || waits !== null}
          title={waits ?? undefined}
          onClick={() => void remove()}
        >
          {isBusy ? 'Deleting …' : usage.length > 0 ? 'Delete although it is used' : 'Delete'}
        </Button>
        <Button onClick={() => setAsked(null)}>Cancel</Button>
      </div>
    </fieldset>
  )
}

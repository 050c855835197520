import { type AssetRow, byteWords, type CollectionRow } from '@syncwatch/core'
import { useWaitReason } from '@syncwatch/react/parts'
import { type ReactNode, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { counted } from '../ui/counted.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Refused } from '../ui/refused.tsx'
import { AddToCollection } from './add-to-collection.tsx'
import type { Bulk } from './use-bulk.ts'
import type { Selection } from './use-selection.ts'

interface BulkBarProps {
  assets: readonly AssetRow[]
  selection: Selection
  bulk: Bulk
  collections: readonly CollectionRow[]
  /** The one that is shown, if any. */
  collection: CollectionRow | undefined
}

/** What is selected and what can be done with it. It has its room also while nothing is selected, so that nothing moves. */
export function BulkBar({ assets, selection, bulk, collections, collection }: BulkBarProps): ReactNode {
  const waits = useWaitReason()
  const [asking, setAsking] = useState<'delete' | 'force' | 'collect' | null>(null)
  const chosen = assets.filter(({ id }) => selection.ids.has(id))
  const state = { disabled: bulk.isBusy || waits !== null, title: waits ?? undefined }
  const remove = async (force: boolean) => {
    const answer = await bulk.remove(chosen, force)
    if (answer === true) selection.clear()
    setAsking(answer === 'in_use' ? 'force' : null)
  }
  const take = async () => {
    if (collection && (await bulk.takeFrom(collection, chosen))) selection.clear()
  }
  return (
    <fieldset
      aria-label="What is selected"
      className="sticky top-12 z-20 -mx-1 mb-2 min-w-0 border-b border-line bg-page px-1 max-sm:top-20"
    >
      {/* On a phone it is pushed to the side: a second line would move what is being chosen from. */}
      <div className="flex min-h-11 items-center gap-x-3 gap-y-1 py-1.5 max-sm:overflow-x-auto sm:flex-wrap">
        <label className="flex min-h-7 items-center gap-2.5 whitespace-nowrap">
          <input
            type="checkbox"
            className="size-4 accent-(--color-accent)"
            checked={chosen.length > 0 && chosen.length === assets.length}
            ref={(box) => {
              if (box) box.indeterminate = chosen.length > 0 && chosen.length < assets.length
            }}
            onChange={(event) => selection.set(event.target.checked ? assets.map(({ id }) => id) : [])}
          />
          {chosen.length === 0 ? 'Select what is loaded' : `${chosen.length.toLocaleString('en-US')} selected`}
        </label>
        {chosen.length > 0 && (
          <>
            <Button {...state} onClick={() => setAsking('collect')}>
              Add to a collection …
            </Button>
            {collection && (
              <Button {...state} onClick={() => void take()}>
                Take out of {collection.name}
              </Button>
            )}
            <Button {...state} onClick={() => setAsking('delete')}>
              Delete …
            </Button>
            <Button onClick={selection.clear}>Clear</Button>
          </>
        )}
        <span role="status" className="text-muted max-sm:whitespace-nowrap">
          {bulk.isBusy ? 'Working …' : chosen.length === 0 ? bulk.said : ''}
        </span>
        {bulk.undoable.length > 0 && chosen.length === 0 && (
          <Button {...state} onClick={() => void bulk.undo()}>
            Undo
          </Button>
        )}
      </div>
      <Refused error={bulk.refusal} className="pb-1.5" />
      {(asking === 'delete' || asking === 'force') && (
        <Dialog title={`Delete ${counted(chosen.length, 'asset')}?`} onClose={() => setAsking(null)}>
          <p>
            {counted(chosen.length, 'asset')}, {byteWords(chosen.reduce((sum, { size }) => sum + size, 0))}, go to the
            trash and can be restored from there. The stores delete them.
          </p>
          {asking === 'force' && <Refused error={bulk.refusal} className="mt-2" />}
          <div className="mt-4 flex flex-wrap justify-end gap-2">
            <Button onClick={() => setAsking(null)}>Cancel</Button>
            <Button {...state} className="border-bad" onClick={() => void remove(asking === 'force')}>
              {asking === 'force' ? 'Delete although they are used' : `Delete ${counted(chosen.length, 'asset')}`}
            </Button>
          </div>
        </Dialog>
      )}
      {asking === 'collect' && (
        <AddToCollection
          count={chosen.length}
          collections={collections}
          bulk={bulk}
          onClose={() => setAsking(null)}
          onAdd={(to) => bulk.addTo(to, chosen).then((isDone) => isDone && selection.clear())}
        />
      )}
    </fieldset>
  )
}

import type { CollectionRow } from '@syncwatch/core'
import { useWaitReason } from '@syncwatch/react/parts'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { counted } from '../ui/counted.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Refused } from '../ui/refused.tsx'
import type { Bulk } from './use-bulk.ts'

interface AddToCollectionProps {
  count: number
  collections: readonly CollectionRow[]
  bulk: Bulk
  /** Resolves once it was tried; a refusal stays in `bulk`. */
  onAdd: (collection: CollectionRow | { name: string }) => Promise<unknown>
  onClose: () => void
}

/** Into one of the collections, or into a new one. */
export function AddToCollection({ count, collections, bulk, onAdd, onClose }: AddToCollectionProps): ReactNode {
  const id = useId()
  const waits = useWaitReason()
  const [name, setName] = useState('')
  const state = { disabled: bulk.isBusy || waits !== null, title: waits ?? undefined }
  const add = async (collection: CollectionRow | { name: string }) => {
    await onAdd(collection)
    onClose()
  }
  const make = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() !== '') void add({ name: name.trim() })
  }
  return (
    <Dialog title={`Add ${counted(count, 'asset')} to a collection`} onClose={onClose}>
      {collections.length > 0 && (
        <ul className="mb-4 max-h-72 divide-y divide-line overflow-y-auto rounded-lg border border-line bg-surface">
          {collections.map((collection) => (
            <li key={collection.id} className="flex items-center gap-3 px-3 py-1.5">
              <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
                {collection.name} <span className="text-muted">{counted(collection.asset_count, 'asset')}</span>
              </span>
              <Button {...state} aria-label={`Add to ${collection.name}`} onClick={() => void add(collection)}>
                Add
              </Button>
            </li>
          ))}
        </ul>
      )}
      <form className="flex flex-wrap items-end gap-2" onSubmit={make}>
        <label htmlFor={id} className="min-w-40 flex-1 text-muted">
          A new collection
          <input
            id={id}
            value={name}
            required
            maxLength={255}
            placeholder="Its name"
            className="mt-1 block w-full rounded-md border border-line bg-surface px-2 py-1 text-text placeholder:text-muted"
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <Button type="submit" {...state}>
          Make it and add
        </Button>
      </form>
      <Refused error={bulk.refusal} className="mt-2" />
    </Dialog>
  )
}

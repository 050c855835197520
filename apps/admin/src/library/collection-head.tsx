import type { CollectionRow } from '@syncwatch/core'
import { useWaitReason } from '@syncwatch/react/parts'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { useMedia } from '../media/media-context.ts'
import { useAct } from '../media/use-act.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Refused } from '../ui/refused.tsx'

interface CollectionHeadProps {
  collection: CollectionRow
  onChanged: () => void
  onRemoved: () => void
}

/** The collection that is shown: renamed, or removed while its assets stay. */
export function CollectionHead({ collection, onChanged, onRemoved }: CollectionHeadProps): ReactNode {
  const { api } = useMedia()
  const { act, isBusy, refusal, clear } = useAct()
  const waits = useWaitReason()
  const id = useId()
  const [draft, setDraft] = useState<string | null>(null)
  const state = { disabled: isBusy || waits !== null, title: waits ?? undefined }
  const close = () => {
    setDraft(null)
    clear()
  }
  const rename = async (event: FormEvent) => {
    event.preventDefault()
    const name = draft?.trim() ?? ''
    if (name !== '' && (await act(() => api.collections.edit(collection.id, collection.revision, { name })))) close()
    onChanged()
  }
  const remove = () =>
    act(async () => {
      await api.collections.remove(collection.id, collection.revision)
      onRemoved()
    })
  return (
    <>
      <Button {...state} onClick={() => setDraft(collection.name)}>
        Edit the collection …
      </Button>
      {draft !== null && (
        <Dialog title={collection.name} onClose={close}>
          <form className="space-y-3" onSubmit={(event) => void rename(event)}>
            <label htmlFor={id} className="block text-muted">
              Name
              <input
                id={id}
                value={draft}
                required
                maxLength={255}
                className="mt-1 block w-full rounded-md border border-line bg-surface px-2 py-1 text-text"
                onChange={(event) => setDraft(event.target.value)}
              />
            </label>
            <p className="text-muted">Without the collection its assets stay in the library.</p>
            <Refused error={refusal} />
            <div className="flex flex-wrap gap-2">
              <Button {...state} className="mr-auto border-bad" onClick={() => void remove()}>
                Remove the collection
              </Button>
              <Button onClick={close}>Cancel</Button>
              <Button type="submit" {...state}>
                Rename
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  )
}

import type { NewStoreInput, StoreTest } from '@syncwatch/client/library'
import type { StoreSummary } from '@syncwatch/core'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { useMedia } from '../media/media-context.ts'
import { useAct } from '../media/use-act.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Refused } from '../ui/refused.tsx'
import { CONTENT_MODES, MODES } from './store-words.ts'
import { useAdminWait } from './use-admin-wait.ts'

const FIELD = 'mt-1 block w-full rounded-md border border-line bg-surface px-2 py-1 text-text'

/** Connects a folder: tried first, so that what is wrong is said before anything is connected. */
export function AddStore({ onClose }: { onClose: () => void }): ReactNode {
  const { api } = useMedia()
  const { act, isBusy, refusal, clear } = useAct()
  const waits = useAdminWait()
  const navigate = useNavigate()
  const [store, setStore] = useState({
    location: '',
    name: '',
    mode: 'two-way',
    content_mode: 'full',
  } as const as Draft)
  const [test, setTest] = useState<StoreTest | null>(null)
  const change = (part: Partial<Draft>) => {
    setStore((before) => ({ ...before, ...part }))
    setTest(null)
    clear()
  }
  const input: NewStoreInput = {
    location: store.location.trim(),
    mode: store.mode,
    content_mode: store.content_mode,
    ...(store.name.trim() !== '' && { name: store.name.trim() }),
  }
  const tryIt = () => act(async () => setTest(await api.stores.testPlace(input)))
  const connect = async (event: FormEvent) => {
    event.preventDefault()
    const added = await act(async () => {
      const tried = await api.stores.testPlace(input)
      setTest(tried)
      if (!tried.ok) return null
      const made = await api.stores.add(input)
      // It is connected all the same, and its page says how it goes.
      await api.stores.sync(made.id).catch(() => undefined)
      return made
    })
    if (added) void navigate({ to: '/stores/$storeId', params: { storeId: added.id } })
  }
  const isReady = input.location !== ''
  const state = {
    disabled: !isReady || isBusy || waits !== null,
    title: waits ?? (isReady ? undefined : 'First say where it is'),
  }
  return (
    <Dialog title="Connect a folder" onClose={onClose}>
      <form className="space-y-3" onSubmit={(event) => void connect(event)}>
        <Field name="Folder on the server" hint="Its absolute path, such as /srv/photos.">
          {(id) => (
            <input
              id={id}
              className={FIELD}
              value={store.location}
              required
              maxLength={4096}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => change({ location: event.target.value })}
            />
          )}
        </Field>
        <Field name="Name" hint="The name of the folder unless you give one.">
          {(id) => (
            <input
              id={id}
              className={FIELD}
              value={store.name}
              maxLength={100}
              onChange={(event) => change({ name: event.target.value })}
            />
          )}
        </Field>
        <Field name="Mode" hint={MODES[store.mode].does}>
          {(id) => (
            <select
              id={id}
              className={FIELD}
              value={store.mode}
              onChange={(event) => change({ mode: event.target.value as Draft['mode'] })}
            >
              {Object.entries(MODES).map(([value, { name }]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field name="Files" hint={CONTENT_MODES[store.content_mode].does}>
          {(id) => (
            <select
              id={id}
              className={FIELD}
              value={store.content_mode}
              onChange={(event) => change({ content_mode: event.target.value as Draft['content_mode'] })}
            >
              {Object.entries(CONTENT_MODES).map(([value, { name }]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <div className="min-h-6" role="status">
          {test && (
            <p data-test={test.ok} className={`[overflow-wrap:anywhere] ${test.ok ? 'text-good' : 'text-bad'}`}>
              {test.ok ? '✓ ' : '✗ '}
              {test.message}
            </p>
          )}
        </div>
        <Refused error={refusal} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button {...state} onClick={() => void tryIt()}>
            {isBusy ? 'Trying …' : 'Test the connection'}
          </Button>
          <Button {...state} type="submit" className="border-accent">
            Connect and sync
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

interface Draft {
  location: string
  name: string
  mode: StoreSummary['mode']
  content_mode: StoreSummary['content_mode']
}

function Field({
  name,
  hint,
  children,
}: {
  name: string
  hint: string
  children: (id: string) => ReactNode
}): ReactNode {
  const id = useId()
  return (
    <div>
      <label htmlFor={id} className="block text-muted">
        {name}
      </label>
      {children(id)}
      <p className="mt-1 text-xs text-muted">{hint}</p>
    </div>
  )
}

import type { StoreSummary } from '@syncwatch/core'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useMedia } from '../media/media-context.ts'
import { useAct } from '../media/use-act.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Refused } from '../ui/refused.tsx'
import { useAdminWait } from './use-admin-wait.ts'

/** Forgets a store after a question; both sides keep their files. */
export function DisconnectStore({ store }: { store: StoreSummary }): ReactNode {
  const { api, refreshAttention } = useMedia()
  const { act, isBusy, refusal, clear } = useAct()
  const waits = useAdminWait()
  const navigate = useNavigate()
  const [isAsking, setAsking] = useState(false)
  const state = { disabled: isBusy || waits !== null, title: waits ?? undefined }
  const disconnect = () =>
    act(async () => {
      await api.stores.remove(store.id)
      refreshAttention()
      await navigate({ to: '/stores' })
    })
  const close = () => {
    setAsking(false)
    clear()
  }
  return (
    <>
      <Button {...state} onClick={() => setAsking(true)}>
        Disconnect …
      </Button>
      {isAsking && (
        <Dialog title={`Disconnect ${store.name}?`} onClose={close}>
          <p>
            The files in the store and in the library stay where they are. What both last agreed on is forgotten: when
            it is connected again, everything is compared anew.
          </p>
          <Refused error={refusal} className="mt-2" />
          <div className="mt-4 flex flex-wrap justify-end gap-2">
            <Button onClick={close}>Cancel</Button>
            <Button {...state} className="border-bad" onClick={() => void disconnect()}>
              {isBusy ? 'Disconnecting …' : 'Disconnect'}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}

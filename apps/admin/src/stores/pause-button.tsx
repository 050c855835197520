import type { StoreSummary } from '@syncwatch/core'
import type { ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { useAdminWait } from './use-admin-wait.ts'
import type { StoreEditing } from './use-store-edit.ts'

/** A paused store is synced by hand alone. A run that is under way goes on. */
export function PauseButton({ store, editing }: { store: StoreSummary; editing: StoreEditing }): ReactNode {
  const waits = useAdminWait()
  const { paused } = editing.shown
  const isSyncing = store.state === 'syncing'
  return (
    <Button
      disabled={waits !== null || isSyncing || editing.isBusy('paused')}
      title={waits ?? (isSyncing ? 'Waits for the end of the run' : undefined)}
      aria-label={`${paused ? 'Resume' : 'Pause'} ${store.name}`}
      onClick={() => void editing.set('paused', !paused)}
    >
      {paused ? 'Resume' : 'Pause'}
    </Button>
  )
}

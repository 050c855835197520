import type { ReactNode } from 'react'
import { Button } from './button.tsx'

/** Something could not be loaded: what, why, and a way to try again. */
export function Notice({ what, why, retry }: { what: string; why: string; retry?: () => void }): ReactNode {
  return (
    <div role="alert" className="mb-3 flex items-center gap-3 rounded-lg border border-line bg-surface px-4 py-2.5">
      <span className="h-5 w-1 flex-none rounded-full bg-bad" aria-hidden="true" />
      <p className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        {what} <span className="text-muted">{why}</span>
      </p>
      {retry && <Button onClick={retry}>Try again</Button>}
    </div>
  )
}

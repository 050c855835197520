import type { ReactNode } from 'react'
import { AsOf } from '../ui/as-of.tsx'

/** A titled part of the detail. */
export function Part({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <section aria-label={title} data-figures>
      <h3 className="mb-2 flex items-center gap-3 text-[13px] font-medium text-muted">
        {title} <AsOf />
      </h3>
      {children}
    </section>
  )
}

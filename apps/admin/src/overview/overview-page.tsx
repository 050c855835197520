import type { ReactNode } from 'react'
import { NeedsYou } from './needs-you.tsx'
import { Now } from './now.tsx'
import { Recent } from './recent.tsx'
import { Stores } from './stores.tsx'
import { VerdictHeadline } from './verdict-headline.tsx'

/** The answer first, then what waits for somebody, what runs, the stores, and what has ended. */
export function OverviewPage(): ReactNode {
  return (
    <div className="grid gap-7 lg:grid-cols-2" data-page="overview">
      <div className="lg:col-span-2">
        <VerdictHeadline />
      </div>
      <NeedsYou className="lg:col-span-2" />
      <Now />
      <Stores />
      <Recent className="lg:col-span-2" />
    </div>
  )
}

import type { SyncStatusState } from '@syncwatch/client'
import { useSyncState } from '@syncwatch/react'
import { useRunningOperations } from '@syncwatch/react/parts'
import type { ReactNode } from 'react'
import { FirstRun } from './first-run.tsx'
import { History } from './history.tsx'
import { NeedsYou } from './needs-you.tsx'
import { Now } from './now.tsx'
import { Recent } from './recent.tsx'
import { Stores } from './stores.tsx'
import { VerdictHeadline } from './verdict-headline.tsx'

const SHOWN = 6
const WIDE = 'min-[1200px]:col-span-2'

/** The answer first, then what waits for somebody, what runs, the stores, how it went, and what has ended. */
export function OverviewPage(): ReactNode {
  const running = useRunningOperations(SHOWN)
  const isFirstRun = useSyncState(nothingYet)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6 min-[1200px]:grid-cols-2" data-page="overview">
      <div className={WIDE}>
        <VerdictHeadline />
      </div>
      <NeedsYou className={WIDE} />
      {isFirstRun ? (
        <FirstRun className={WIDE} />
      ) : (
        <>
          <Now running={running} />
          <Stores />
          <History className={WIDE} />
          <Recent className={WIDE} without={running.rows} />
        </>
      )}
    </div>
  )
}

/** No store, and no operation ever. */
const nothingYet = ({ isLoaded, stores, counts }: SyncStatusState): boolean =>
  isLoaded && stores.length === 0 && Object.values(counts).every((count) => count === 0)

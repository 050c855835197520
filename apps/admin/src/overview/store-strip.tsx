import type { OperationRow, OperationStatus, StoreId } from '@syncwatch/core'
import { useSyncOperations, useSyncStatusContext } from '@syncwatch/react'
import { useFigureTime } from '@syncwatch/react/parts'
import { type ReactNode, useEffect, useState } from 'react'

const DAY_MS = 24 * 60 * 60 * 1000
const WIDTH = 240
const MOST = 200

/** The runs of a store over the last 24 hours, one tick each: tall and plain when completed, a cross when failed. */
export function StoreStrip({ storeId }: { storeId: StoreId }): ReactNode {
  const now = useFigureTime()
  const { runs: all, isRead } = useRuns(storeId)
  const runs = all.filter((row) => now !== null && timeOf(row) > now - DAY_MS)
  const failed = runs.filter((row) => row.status === 'failed').length
  const count = `${runs.length >= MOST ? 'at least ' : ''}${runs.length} ${runs.length === 1 ? 'run' : 'runs'} in 24 h`
  const words = isRead ? `${count}${failed > 0 ? `, ${failed} failed` : ''}` : 'runs not read yet'
  return (
    <div className="mt-1.5 flex items-center gap-3">
      <svg
        role="img"
        aria-label={words}
        viewBox={`0 0 ${WIDTH} 12`}
        preserveAspectRatio="none"
        className="h-3 w-full max-w-60 border-b border-line"
      >
        {now !== null &&
          runs.map((row) => {
            const x = Math.min(WIDTH - 3, Math.max(2, WIDTH * (1 - (now - timeOf(row)) / DAY_MS)))
            return (
              <g key={row.id} className={toneOf(row)}>
                <path d={shapes[row.status](x)} fill="none" stroke="currentColor" strokeWidth="2" />
              </g>
            )
          })}
      </svg>
      <span className="text-xs whitespace-nowrap text-muted" aria-hidden="true">
        {words}
      </span>
    </div>
  )
}

const shapes: Record<OperationStatus, (x: number) => string> = {
  completed: (x) => `M${x} 1v11`,
  failed: (x) => `M${x - 3} 3l6 6M${x + 3} 3l-6 6`,
  cancelled: (x) => `M${x} 7v5`,
  in_progress: (x) => `M${x} 1v3m0 2v2m0 2v2`,
  pending: (x) => `M${x} 9v3`,
}

function toneOf(row: OperationRow): string {
  if (row.status === 'failed') return 'text-bad'
  if (row.status === 'completed') return row.failed_items > 0 ? 'text-warn' : 'text-good'
  return row.status === 'in_progress' ? 'text-accent' : 'text-muted'
}

const timeOf = (row: OperationRow): number => Date.parse(row.start_time ?? row.created_at)

interface Runs {
  runs: OperationRow[]
  /** Before they were read nothing may be said of their number. */
  isRead: boolean
}

/** The runs that HTTP tells once, and those that come in live. */
function useRuns(storeId: StoreId): Runs {
  const { client } = useSyncStatusContext()
  const live = useSyncOperations({ store_id: storeId })
  const [known, setKnown] = useState<Runs>({ runs: [], isRead: false })
  useEffect(() => {
    let isGone = false
    client?.http.operations.list({ store_id: storeId, limit: MOST }).then(
      ({ items }) => !isGone && setKnown({ runs: items, isRead: true }),
      // The line says that they were not read.
      () => {},
    )
    return () => {
      isGone = true
    }
  }, [client, storeId])
  const runs = [...new Map([...known.runs, ...live].map((row) => [row.id, row])).values()]
  return { runs, isRead: known.isRead }
}

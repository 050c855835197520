'use client'
import type { ReactNode } from 'react'
import { useHealth } from '../hooks/use-health.ts'
import { useStrings } from '../hooks/use-strings.ts'
import { useSyncStatusContext } from '../hooks/use-sync-status-context.ts'
import { useVerdict } from '../hooks/use-verdict.ts'
import { ConnectionLine } from './connection-line.tsx'
import { ReasonList } from './reason-list.tsx'
import { RunningList } from './running-list.tsx'

export interface IndicatorDetailsProps {
  /** How many operations are listed. */
  limit: number
  hasReasons?: boolean
  hasActions?: boolean
}

/** What an indicator shows below its verdict once it is open: reasons, operations, the connection and the link. */
export function IndicatorDetails({ limit, hasReasons = false, hasActions = false }: IndicatorDetailsProps): ReactNode {
  const { detailsUrl } = useSyncStatusContext()
  const strings = useStrings()
  return (
    <>
      {hasReasons && <Reasons />}
      <RunningList limit={limit} hasActions={hasActions} />
      <div className="sw-line">
        <ConnectionLine />
        {detailsUrl && <a href={detailsUrl}>{strings.details}</a>}
      </div>
    </>
  )
}

function Reasons(): ReactNode {
  const health = useHealth()
  const { sentence } = useVerdict()
  return (
    health && <ReasonList reasons={health.reasons.filter(({ severity }) => severity !== 'healthy')} said={sentence} />
  )
}

'use client'
import type { HealthReason } from '@syncwatch/core'
import type { ReactNode } from 'react'
import { useSyncStatusContext } from '../hooks/use-sync-status-context.ts'

/** Why the health is what it is: the sentence with its numbers, and what to do about it. */
export function ReasonList({ reasons, atMost = 3 }: { reasons: readonly HealthReason[]; atMost?: number }): ReactNode {
  const { strings } = useSyncStatusContext()
  if (reasons.length === 0) return null
  return (
    <ul className="sw-reasons">
      {reasons.slice(0, atMost).map((reason) => (
        <li key={`${reason.code}:${reason.since}`}>
          {reason.message}
          <small>
            {strings.since(strings.words.time(reason.since))}
            {reason.action && ` · ${reason.action}`}
          </small>
        </li>
      ))}
    </ul>
  )
}

'use client'
import type { HealthReason } from '@syncwatch/core'
import type { ReactNode } from 'react'
import { useStrings } from '../hooks/use-strings.ts'
import type { SyncStatusStrings } from '../strings.ts'

interface ReasonListProps {
  reasons: readonly HealthReason[]
  atMost?: number
  /** The sentence that stands above it: what that says already is not said again. */
  said?: string
}

/** Why the health is what it is: the sentence with its numbers, and what to do about it. */
export function ReasonList({ reasons, atMost = 3, said = '' }: ReasonListProps): ReactNode {
  const strings = useStrings()
  if (reasons.length === 0) return null
  return (
    <ul className="sw-reasons">
      {reasons.slice(0, atMost).map((reason) => (
        <li key={`${reason.code}:${reason.since}`}>
          {!said.includes(reason.message) && reason.message}
          <small>
            {strings.since(strings.words.time(reason.since))}
            {tail(reason, strings)}
          </small>
        </li>
      ))}
    </ul>
  )
}

/** What to do about it; or who has accepted it; or since when it is better again, as it counts until that has lasted. */
function tail({ action, acknowledged, recovering_since }: HealthReason, strings: SyncStatusStrings): string {
  const todo = acknowledged ? strings.accepted(acknowledged.by, acknowledged.note) : action
  const rest = recovering_since ? strings.recovering(strings.words.time(recovering_since)) : todo
  return rest && ` · ${rest}`
}

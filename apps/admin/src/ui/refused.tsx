import { useStrings } from '@syncwatch/react/parts'
import type { ReactNode } from 'react'

/** Why a change was not made. Takes no room while there is nothing to say. */
export function Refused({ error, className = '' }: { error: Error | null; className?: string }): ReactNode {
  const strings = useStrings()
  if (error === null) return null
  return (
    <p role="alert" className={`text-bad [overflow-wrap:anywhere] ${className}`}>
      {strings.refused(error.message)}
    </p>
  )
}

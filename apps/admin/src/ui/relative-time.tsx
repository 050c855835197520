import { useNow, useSyncStatusContext } from '@syncwatch/react'
import { useServerNow } from '@syncwatch/react/parts'
import type { ReactNode } from 'react'

/** How long ago an ISO time was, ticking; the full time as its title. */
export function RelativeTime({ iso }: { iso: string }): ReactNode {
  const { strings } = useSyncStatusContext()
  const now = useServerNow(useNow(1000))
  const text = now === null ? strings.words.time(iso) : `${strings.words.span(now - Date.parse(iso))} ago`
  return (
    <time dateTime={iso} title={new Date(iso).toLocaleString()}>
      {text}
    </time>
  )
}

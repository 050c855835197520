import type { OperationType } from '@syncwatch/core'
import type { ReactNode } from 'react'

const paths: Record<OperationType, string> = {
  upload: 'M8 13V3M4 7l4-4 4 4',
  delete: 'M3 5h10M6 5V3h4v2M5 5l.5 8h5L11 5',
  update: 'm3 13 .5-3L11 2.5l2.5 2.5L6 12.5z',
  full_sync: 'M13 6a5.2 5.2 0 0 0-9.5-.5M3 2.5v3h3M3 10a5.2 5.2 0 0 0 9.5.5M13 13.5v-3h-3',
  webhook: 'M9 2 4 9h4l-1 5 5-7H8z',
}

/** What kind of operation it is, as a small drawing beside the word. */
export function OperationIcon({ type }: { type: OperationType }): ReactNode {
  return (
    <svg className="sw-icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={paths[type]} />
    </svg>
  )
}

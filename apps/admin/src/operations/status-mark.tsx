import type { OperationStatus } from '@syncwatch/core'
import { Ban, Check, CircleDashed, LoaderCircle, X } from 'lucide-react'
import type { ReactNode } from 'react'

const marks = {
  pending: { Icon: CircleDashed, tone: 'text-muted', name: 'Pending' },
  in_progress: { Icon: LoaderCircle, tone: 'text-accent', name: 'Running' },
  completed: { Icon: Check, tone: 'text-good', name: 'Completed' },
  failed: { Icon: X, tone: 'text-bad', name: 'Failed' },
  cancelled: { Icon: Ban, tone: 'text-muted', name: 'Cancelled' },
} as const

export const statusName = (status: OperationStatus): string => marks[status].name

/** The state of an operation as a shape, a colour and a word; `failedItems` turns a completed one into a warning. */
export function StatusMark({ status, failedItems = 0 }: { status: OperationStatus; failedItems?: number }): ReactNode {
  const { Icon, tone, name } = marks[status]
  const hasFailures = status === 'completed' && failedItems > 0
  return (
    <span className={`inline-flex items-center gap-1.5 ${hasFailures ? 'text-warn' : tone}`}>
      <Icon size={15} aria-hidden="true" />
      {hasFailures ? `${name}, ${failedItems.toLocaleString()} failed` : name}
    </span>
  )
}

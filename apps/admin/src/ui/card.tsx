import clsx from 'clsx'
import type { ReactNode } from 'react'

/** A surface with a hairline around it. */
export function Card({ children, className }: { children: ReactNode; className?: string }): ReactNode {
  return <div className={clsx('rounded-lg border border-line bg-surface', className)}>{children}</div>
}

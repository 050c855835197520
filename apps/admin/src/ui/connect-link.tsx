import { Link } from '@tanstack/react-router'
import clsx from 'clsx'
import type { ReactNode } from 'react'

/** Leads to where a folder is connected, from every page that is empty without one. */
export function ConnectLink({ className }: { className?: string }): ReactNode {
  return (
    <Link
      to="/stores"
      search={{ add: true }}
      className={clsx(
        'inline-block min-h-7 rounded-md border border-line bg-surface px-2.5 py-0.5 leading-6 hover:bg-raised',
        className,
      )}
    >
      Connect a folder …
    </Link>
  )
}

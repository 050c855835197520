import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

/** For an address that leads nowhere. */
export function NotFoundPage(): ReactNode {
  return (
    <div className="py-16 text-center">
      <h1>There is nothing at this address.</h1>
      <p className="mt-2 text-muted">
        Go to the{' '}
        <Link to="/" className="text-accent underline">
          overview
        </Link>
        .
      </p>
    </div>
  )
}

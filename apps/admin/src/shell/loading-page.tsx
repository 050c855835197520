import type { ErrorComponentProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { SkeletonRows } from '../ui/skeleton-rows.tsx'

/** Where a page will stand, while its part of the program is fetched. */
export function LoadingPage(): ReactNode {
  return (
    <Card>
      <SkeletonRows rows={8} what="Loading the page" />
    </Card>
  )
}

/** A page whose part of the program did not come, or that broke. */
export function NotLoadedPage({ error }: ErrorComponentProps): ReactNode {
  return (
    <>
      <h1 className="mb-3">This page cannot be shown.</h1>
      {/* Reloaded and not rendered anew: after an update of the server its parts have other names. */}
      <Notice
        what="Its part of the program is not here."
        why={error instanceof Error ? error.message : String(error)}
        retry={() => location.reload()}
      />
    </>
  )
}

import type { ReactNode } from 'react'

/** Tiles without content, where the first page will stand. */
export function SkeletonGrid(): ReactNode {
  return (
    <div
      role="status"
      aria-label="Loading …"
      className="grid grid-cols-[repeat(auto-fill,minmax(160px,1fr))] gap-3 pb-3"
    >
      {Array.from({ length: 18 }, (_, index) => index).map((index) => (
        <div key={index} className="aspect-[4/4.3] rounded-lg border border-line bg-surface" />
      ))}
    </div>
  )
}

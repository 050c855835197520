import type { ReactNode } from 'react'

/** Lines of the height of what is being loaded, so that nothing moves when it comes. */
export function SkeletonRows({ rows, what }: { rows: number; what: string }): ReactNode {
  return (
    <div role="status" aria-label={`${what} …`}>
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <div key={row} className="flex h-[41px] items-center px-4">
          <div className="h-2 rounded bg-raised" style={{ width: `${68 - ((row * 17) % 40)}%` }} />
        </div>
      ))}
    </div>
  )
}

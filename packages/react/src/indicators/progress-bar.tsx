import type { CSSProperties, ReactNode } from 'react'

/** A bar; without a percent it travels instead of pretending to know. */
export function ProgressBar({ label, percent }: { label: string; percent: number | null }): ReactNode {
  const known = percent === null ? {} : { 'aria-valuenow': Math.floor(percent) }
  return (
    <div
      className="sw-bar"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...known}
      data-indeterminate={percent === null}
    >
      <div className="sw-bar__fill" style={{ '--sw-share': (percent ?? 0) / 100 } as CSSProperties} />
    </div>
  )
}

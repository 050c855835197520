import type { ReactNode } from 'react'

const CIRCUMFERENCE = 2 * Math.PI * 16

/** A ring with its percent; without one it turns instead of pretending to know. `sign` stands in for the percent. */
export function ProgressRing({ percent, sign }: { percent: number | null; sign?: string | undefined }): ReactNode {
  const share = sign ? 1 : percent === null ? 0.25 : percent / 100
  return (
    <svg viewBox="0 0 36 36" aria-hidden="true" focusable="false">
      <circle className="sw-ring__track" cx="18" cy="18" r="16" />
      <circle
        className="sw-ring__value"
        cx="18"
        cy="18"
        r="16"
        strokeDasharray={CIRCUMFERENCE}
        strokeDashoffset={CIRCUMFERENCE * (1 - share)}
      />
      <text className={sign && 'sw-ring__sign'} x="18" y={sign ? 24 : 22}>
        {sign ?? (percent === null ? '' : Math.floor(percent))}
      </text>
    </svg>
  )
}

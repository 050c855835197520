import type { ConnectionStatusName } from '@syncwatch/core'
import type { ReactNode } from 'react'

interface StatusDotProps {
  status: ConnectionStatusName
  /** Before the first answer it is a ring: neither connected nor disconnected. */
  isInitial?: boolean
}

/** Coded by shape as well as colour: a disc is connected, a ring is reconnecting, a square is disconnected. */
export function StatusDot({ status, isInitial = false }: StatusDotProps): ReactNode {
  const shape = isInitial && status === 'disconnected' ? 'ring' : shapes[status]
  return (
    <svg className="sw-dot" viewBox="0 0 10 10" aria-hidden="true" focusable="false" data-shape={shape}>
      {shape === 'disc' && <circle cx="5" cy="5" r="5" fill="currentColor" />}
      {shape === 'ring' && <circle cx="5" cy="5" r="3.75" fill="none" stroke="currentColor" strokeWidth="2.5" />}
      {shape === 'square' && <rect x="0.5" y="0.5" width="9" height="9" fill="currentColor" />}
    </svg>
  )
}

const shapes = { connected: 'disc', reconnecting: 'ring', disconnected: 'square', error: 'square' } as const

'use client'
import type { ReactNode } from 'react'
import { useLater } from '../hooks/use-later.ts'
import { laterFloating } from '../provider/later.ts'

/**
 * A ring in a corner while something runs: hidden when idle, and where the dashboard is on the page. It opens into a list,
 * ends in a tick, and stays with an error until somebody opened it. One a page. Arrow keys move it to another corner. Its code
 * comes after the page's own.
 */
export function FloatingSyncStatus({ className }: { className?: string }): ReactNode {
  const { value: Indicator } = useLater(laterFloating, true)
  return Indicator && <Indicator className={className} />
}

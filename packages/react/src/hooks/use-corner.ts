'use client'
import { useEffect, useState } from 'react'

const CORNERS = ['bottom-right', 'bottom-left', 'top-left', 'top-right'] as const
export type Corner = (typeof CORNERS)[number]

const KEY = 'syncwatch.floating-corner'

/** The corner of the floating indicator, remembered by the browser, and the way to the next one. */
export function useCorner(): [Corner, () => void] {
  const [corner, setCorner] = useState<Corner>('bottom-right')
  useEffect(() => {
    const kept = remembered()
    if (kept) setCorner(kept)
  }, [])
  const move = () => {
    const next = CORNERS[(CORNERS.indexOf(corner) + 1) % CORNERS.length] ?? 'bottom-right'
    setCorner(next)
    remember(next)
  }
  return [corner, move]
}

/** Storage can be forbidden by the browser; then the corner holds for this page alone. */
function remembered(): Corner | undefined {
  try {
    return CORNERS.find((corner) => corner === globalThis.localStorage.getItem(KEY))
  } catch {
    return undefined
  }
}

function remember(corner: Corner): void {
  try {
    globalThis.localStorage.setItem(KEY, corner)
  } catch {
    // Forbidden: nothing is remembered.
  }
}

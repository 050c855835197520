'use client'
import { useEffect, useState } from 'react'
import { useMemory } from './use-memory.ts'

const CORNERS = ['bottom-right', 'bottom-left', 'top-left', 'top-right'] as const
export type Corner = (typeof CORNERS)[number]

const KEY = 'syncwatch.floating-corner'

/** The corner of the floating indicator, remembered, with the ways to another one. */
export interface CornerChoice {
  corner: Corner
  /** Goes round, for a button. */
  next: () => void
  /** Goes where an arrow key points. False where the key is none of them. */
  toward: (key: string) => boolean
}

export function useCorner(): CornerChoice {
  const memory = useMemory()
  const [corner, setCorner] = useState<Corner>('bottom-right')
  useEffect(() => {
    const kept = CORNERS.find((known) => known === memory.read(KEY))
    if (kept) setCorner(kept)
  }, [memory])
  const put = (to: Corner) => {
    setCorner(to)
    memory.write(KEY, to)
  }
  return {
    corner,
    next: () => put(CORNERS[(CORNERS.indexOf(corner) + 1) % CORNERS.length] ?? 'bottom-right'),
    toward: (key) => {
      const to = cornerToward(corner, key)
      if (to) put(to)
      return to !== null
    },
  }
}

function cornerToward(corner: Corner, key: string): Corner | null {
  const [edge, side] = corner.split('-')
  switch (key) {
    case 'ArrowUp':
      return `top-${side}` as Corner
    case 'ArrowDown':
      return `bottom-${side}` as Corner
    case 'ArrowLeft':
      return `${edge}-left` as Corner
    case 'ArrowRight':
      return `${edge}-right` as Corner
    default:
      return null
  }
}

'use client'
import type { TimerHandle } from '@syncwatch/core'
import { useEffect, useState } from 'react'
import type { Later } from '../provider/later.ts'
import { useSyncStatusContext } from './use-sync-status-context.ts'

/** A page has better things to do at first; after this a part comes without being asked for, so that it is there offline. */
const UNASKED_AFTER_MS = 2000
const AGAIN_AFTER_MS = 10_000

/**
 * A part of the code, or null until it is there: brought at once where it `isWanted`, else a little later. While it cannot be had
 * `hasFailed` says so, and it is tried again every 10 s. Where it decides what a server renders it must not be used.
 */
export function useLater<Part>(part: Later<Part>, isWanted: boolean): { value: Part | null; hasFailed: boolean } {
  const { clock } = useSyncStatusContext()
  // Undefined until the first answer, so that it is rendered again when the part is there.
  const [hasFailed, setFailed] = useState<boolean>()
  useEffect(() => {
    if (part.get()) return
    let timer: TimerHandle | undefined
    let isOver = false
    const failed = () => {
      if (isOver) return
      setFailed(true)
      timer = clock.setTimeout(load, AGAIN_AFTER_MS)
    }
    const load = () => void part.load().then(() => isOver || setFailed(false), failed)
    if (isWanted) load()
    else timer = clock.setTimeout(load, UNASKED_AFTER_MS)
    return () => {
      isOver = true
      timer?.cancel()
    }
  }, [clock, part, isWanted])
  return { value: part.get(), hasFailed: hasFailed === true }
}

'use client'
import type { TimerHandle } from '@syncwatch/core'
import { useEffect, useRef, useState } from 'react'
import {
  type FloatingInput,
  type FloatingPhase,
  initialFloatingMemory,
  nextFloatingPhase,
} from '../indicators/floating-phase.ts'
import { useSyncStatusContext } from './use-sync-status-context.ts'

/** Turns "there is work" and "there is a problem" into what the floating indicator shows, with its waits. */
export function useFloatingPhase({ isWorking, hasProblem, endedWell }: Omit<FloatingInput, 'now'>): FloatingPhase {
  const { clock } = useSyncStatusContext()
  const memory = useRef(initialFloatingMemory)
  const [phase, setPhase] = useState<FloatingPhase>('hidden')
  useEffect(() => {
    let timer: TimerHandle | undefined
    const look = () => {
      const next = nextFloatingPhase(memory.current, { isWorking, hasProblem, endedWell, now: clock.monotonic() })
      memory.current = next
      setPhase(next.phase)
      if (next.lookAgainIn !== null) timer = clock.setTimeout(look, next.lookAgainIn)
    }
    look()
    return () => timer?.cancel()
  }, [clock, isWorking, hasProblem, endedWell])
  return phase
}

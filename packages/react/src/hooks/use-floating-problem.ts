'use client'
import type { VerdictKind } from '@syncwatch/client'
import { useEffect, useState } from 'react'
import { latestFailureId, raisedTrouble } from '../indicators/floating-problem.ts'
import { useMemory } from './use-memory.ts'
import { useSyncState } from './use-sync-state.ts'

const KEY = 'syncwatch.seen-failure'

/** Whether there is a problem that nobody has looked at. While `isOpen`, what is there counts as seen, failures for good. */
export function useFloatingProblem(kind: VerdictKind, isOpen: boolean): boolean {
  const memory = useMemory()
  const failure = useSyncState(latestFailureId)
  const trouble = raisedTrouble(kind)
  const [seenFailure, setSeenFailure] = useState<string | null | undefined>(undefined)
  const [seenTrouble, setSeenTrouble] = useState<string | null>(null)
  useEffect(() => setSeenFailure(memory.read(KEY)), [memory])
  useEffect(() => {
    if (isOpen && failure !== null) {
      setSeenFailure(failure)
      memory.write(KEY, failure)
    }
  }, [isOpen, failure, memory])
  useEffect(() => {
    // What went away and comes again is a new trouble.
    if (isOpen || trouble === null) setSeenTrouble(trouble)
  }, [isOpen, trouble])
  const isNewFailure = failure !== null && seenFailure !== undefined && failure !== seenFailure
  return isNewFailure || (trouble !== null && trouble !== seenTrouble)
}

'use client'
import { useState } from 'react'
import { browserMemory, type Memory } from '../provider/memory.ts'
import { useSyncStatusContext } from './use-sync-status-context.ts'

/** Where something is kept between pages: what was given to the provider, else the browser's storage. */
export function useMemory(): Memory {
  const { memory } = useSyncStatusContext()
  const [own] = useState(browserMemory)
  return memory ?? own
}

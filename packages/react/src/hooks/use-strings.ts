'use client'
import { useMemo } from 'react'
import { laterStrings } from '../later-strings.ts'
import type { SyncStatusStrings } from '../strings.ts'
import { useSyncStatusContext } from './use-sync-status-context.ts'

/** Every word the components show, with those that were given to the provider in the place of our own. */
export function useStrings(): SyncStatusStrings {
  const { strings } = useSyncStatusContext()
  return useMemo(() => ({ ...laterStrings, ...strings }), [strings])
}

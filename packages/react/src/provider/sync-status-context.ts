import type { StateSource, SyncClient } from '@syncwatch/client'
import type { Clock } from '@syncwatch/core'
import { createContext } from 'react'
import type { GivenStrings } from '../strings.ts'
import type { Memory } from './memory.ts'
import type { Presence } from './presence.ts'
import type { Ticker } from './ticker.ts'

/** What the provider gives to hooks and components. */
export interface SyncStatusContextValue {
  source: StateSource
  /** Null where an application keeps the state in a store of its own and gave no client. */
  client: SyncClient | null
  strings: GivenStrings
  /** Where details are shown, for the links of the indicators; null shows none. */
  detailsUrl: string | null
  presence: Presence
  clock: Clock
  ticker: Ticker
  /** What was given in the place of the browser's storage. */
  memory: Memory | undefined
}

export const SyncStatusContext = createContext<SyncStatusContextValue | null>(null)

'use client'
import { createSyncClient, type StateSource, type SyncClient, type SyncStatusState } from '@syncwatch/client'
import { type Clock, systemClock } from '@syncwatch/core'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { useIsHydrated } from '../hooks/use-is-hydrated.ts'
import { firstStrings, type GivenStrings, type SyncStatusStrings, utcTime } from '../strings.ts'
import type { Memory } from './memory.ts'
import { createPresence } from './presence.ts'
import { isShallowEqual } from './shallow-equal.ts'
import { SyncStatusContext, type SyncStatusContextValue } from './sync-status-context.ts'
import { createTicker } from './ticker.ts'

/** A store that holds the slice under its own name, for example a Redux store made with `syncStatusSlice`. */
export interface SliceStore {
  getState(): { syncStatus: SyncStatusState }
  subscribe(listener: () => void): () => void
}

export interface SyncStatusProviderProps {
  children?: ReactNode
  /** Where the server is. Default: the page's own origin. Read once. */
  url?: string
  /** A client of your own; it is started and stopped with the provider. */
  client?: SyncClient
  /** Reads the state from your store instead of the client; `bindClient` of `@syncwatch/client/redux` fills it. */
  store?: SliceStore
  /** What a server rendered with, shown until the first snapshot. Read once. */
  initialState?: SyncStatusState
  strings?: Partial<SyncStatusStrings>
  /** Where the indicators link to for details. */
  detailsUrl?: string
  /** The time for relative words and waits; for tests and stories. Read once. */
  clock?: Clock
  /** Where the floating indicator remembers its corner. Default: the browser's storage. Read once. */
  memory?: Memory
}

/** Connects to a Syncwatch server and gives its state to the hooks and indicators below. */
export function SyncStatusProvider(props: SyncStatusProviderProps): ReactNode {
  const { children, client: givenClient, store, url, detailsUrl } = props
  const [ownClient] = useState(() => (givenClient || store ? null : createSyncClient(url === undefined ? {} : { url })))
  const client = givenClient ?? ownClient
  const [initialState] = useState(props.initialState)
  const [fixed] = useState(() => {
    const clock = props.clock ?? systemClock()
    return { presence: createPresence(), clock, ticker: createTicker(clock), memory: props.memory }
  })
  useEffect(() => {
    client?.start()
    return () => client?.stop()
  }, [client])
  const source = useMemo(
    () => withInitialState(store ? sourceOfStore(store) : (client as StateSource), initialState),
    [client, store, initialState],
  )
  const strings = useGivenStrings(props.strings)
  const value = useMemo<SyncStatusContextValue>(
    () => ({ ...fixed, source, client, strings, detailsUrl: detailsUrl ?? null }),
    [fixed, source, client, strings, detailsUrl],
  )
  return <SyncStatusContext value={value}>{children}</SyncStatusContext>
}

/**
 * The texts. A server does not know the reader's time zone, so until the page is hydrated times of day are in UTC and say so; then
 * the first rendering of the browser is that of the server.
 */
function useGivenStrings(given: Partial<SyncStatusStrings> | undefined): GivenStrings {
  const isHydrated = useIsHydrated()
  const [kept, keep] = useState(given)
  if (!isShallowEqual(kept, given)) keep(given)
  return useMemo(() => {
    const strings = { ...firstStrings, ...kept }
    return isHydrated ? strings : { ...strings, words: { ...strings.words, time: utcTime } }
  }, [kept, isHydrated])
}

function sourceOfStore(store: SliceStore): StateSource {
  return { getState: () => store.getState().syncStatus, subscribe: (listener) => store.subscribe(listener) }
}

/** Until something arrived over the connection, what the server rendered stands in for the data. */
function withInitialState(source: StateSource, initialState: SyncStatusState | undefined): StateSource {
  if (!initialState) return source
  let seen: SyncStatusState | null = null
  let merged = initialState
  return {
    subscribe: (listener) => source.subscribe(listener),
    getState: () => {
      const state = source.getState()
      if (state.isLoaded) return state
      if (state !== seen) {
        seen = state
        merged = { ...initialState, connection: state.connection }
      }
      return merged
    },
  }
}

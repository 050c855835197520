'use client'
import { createSyncClient, type StateSource, type SyncClient, type SyncStatusState } from '@syncwatch/client'
import { type Clock, systemClock } from '@syncwatch/core'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { defaultStrings, type SyncStatusStrings } from '../strings.ts'
import { createPresence } from './presence.ts'
import { SyncStatusContext, type SyncStatusContextValue } from './sync-status-context.ts'

/** A store that holds the slice under its own name, for example a Redux store made with `syncStatusSlice`. */
export interface SliceStore {
  getState(): { syncStatus: SyncStatusState }
  subscribe(listener: () => void): () => void
}

export interface SyncStatusProviderProps {
  children?: ReactNode
  /** Where the server is. Default: the page's own origin. */
  url?: string
  /** A client of your own; it is started and stopped with the provider. */
  client?: SyncClient
  /** Reads the state from your store instead of the client; `bindClient` of `@syncwatch/client/redux` fills it. */
  store?: SliceStore
  /** What a server rendered with, shown until the first snapshot. */
  initialState?: SyncStatusState
  strings?: Partial<SyncStatusStrings>
  /** Where the indicators link to for details. */
  detailsUrl?: string
  /** The time for relative words and waits; for tests and stories. */
  clock?: Clock
}

/** Connects to a Syncwatch server and gives its state to the hooks and indicators below. */
export function SyncStatusProvider(props: SyncStatusProviderProps): ReactNode {
  const { children, client: givenClient, store, url, initialState, strings, detailsUrl, clock } = props
  const [ownClient] = useState(() => (givenClient || store ? null : createSyncClient(url === undefined ? {} : { url })))
  const client = givenClient ?? ownClient
  const [presence] = useState(createPresence)
  const [machineClock] = useState(() => systemClock())
  useEffect(() => {
    client?.start()
    return () => client?.stop()
  }, [client])
  const value = useMemo<SyncStatusContextValue>(
    () => ({
      source: withInitialState(store ? sourceOfStore(store) : (client as StateSource), initialState),
      client,
      strings: { ...defaultStrings, ...strings },
      detailsUrl: detailsUrl ?? null,
      presence,
      clock: clock ?? machineClock,
    }),
    [client, store, initialState, strings, detailsUrl, clock, machineClock, presence],
  )
  return <SyncStatusContext value={value}>{children}</SyncStatusContext>
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
    subscribe: source.subscribe.bind(source),
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

import { FakeClock } from '@syncwatch/testkit'
import { act, render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { laterPanels } from '#later-panels'
import { type Memory, SyncStatusProvider, type SyncStatusProviderProps } from '../src/index.ts'
import { laterDetails, laterFloating } from '../src/provider/later.ts'
import { type FixtureClient, fixtureClient } from './fixture-client.ts'
import { fixture, NOW } from './fixture-states.ts'

// What comes later is here already, as on a page that has been open for two seconds.
await Promise.all([laterDetails.load(), laterFloating.load(), laterPanels.load()])

export interface Stage {
  client: FixtureClient
  clock: FakeClock
  container: HTMLElement
  /** Lets time pass, and React with it. */
  pass(milliseconds: number): Promise<void>
  /** Shows another state. */
  show(state: ReturnType<FixtureClient['getState']>): Promise<void>
  /** The one element with this name of `data-syncwatch`, or null. */
  find(name: 'compact' | 'floating' | 'indicators'): HTMLElement | null
  unmount(): void
}

/** Renders below a provider whose client and clock are in the test's hands. */
export function stage(children: ReactNode, state = fixture(), props: SyncStatusProviderProps = {}): Stage {
  const client = fixtureClient(state)
  const clock = new FakeClock(NOW)
  const view = render(
    <SyncStatusProvider client={client} clock={clock} memory={pageMemory()} {...props}>
      {children}
    </SyncStatusProvider>,
  )
  return {
    client,
    clock,
    container: view.container,
    pass: (milliseconds) => act(() => clock.advance(milliseconds)),
    show: (next) => act(async () => client.setState(next)),
    find: (name) => view.container.querySelector<HTMLElement>(`[data-syncwatch="${name}"]`),
    unmount: view.unmount,
  }
}

export function pageMemory(): Memory {
  const kept = new Map<string, string>()
  return { read: (key) => kept.get(key) ?? null, write: (key, value) => void kept.set(key, value) }
}

// @vitest-environment happy-dom
import type { SyncStatusState } from '@syncwatch/client'
import { act, cleanup, render } from '@testing-library/react'
import { StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  CompactSyncIndicator,
  FloatingSyncStatus,
  SyncStatusIndicators,
  SyncStatusProvider,
  useConnection,
  useHealth,
  useSyncOperation,
  useSyncOperations,
  useSyncStatus,
} from '../src/index.ts'
import { fixtureClient, stillClock } from './fixture-client.ts'
import { at, FIXTURE_NAMES, FIXTURES, fixture, NOW, operation, store } from './fixture-states.ts'
import { stage } from './rendering.tsx'

afterEach(cleanup)

const everything = (
  <>
    <CompactSyncIndicator />
    <SyncStatusIndicators showDetails />
    <FloatingSyncStatus />
  </>
)

describe('server rendering', () => {
  it.each(FIXTURE_NAMES)('hydrates without a word from React, in another time zone: %s', async (name) => {
    const initialState = FIXTURES[name]
    const page = (
      <SyncStatusProvider client={fixtureClient(FIXTURES.loading)} initialState={initialState} clock={stillClock}>
        {everything}
      </SyncStatusProvider>
    )
    const zone = process.env.TZ
    process.env.TZ = 'UTC'
    const html = renderToString(page)
    process.env.TZ = 'Asia/Kathmandu'
    const complaints = vi.spyOn(console, 'error').mockImplementation(() => {})
    const recoverable = vi.fn()
    const root = document.createElement('div')
    root.innerHTML = html
    document.body.append(root)
    const mounted = await act(async () => hydrateRoot(root, page, { onRecoverableError: recoverable }))
    expect(recoverable).not.toHaveBeenCalled()
    expect(complaints).not.toHaveBeenCalled()
    await act(async () => mounted.unmount())
    root.remove()
    complaints.mockRestore()
    process.env.TZ = zone ?? ''
    if (zone === undefined) delete process.env.TZ
  })

  it('shows what it was given, without calling it live', () => {
    const html = renderToString(
      <SyncStatusProvider initialState={FIXTURES.critical}>
        <SyncStatusIndicators />
      </SyncStatusProvider>,
    )
    expect(html).toContain('6 of 40 operations failed')
  })

  it('makes its own client on a server and starts nothing', () => {
    expect(renderToString(<SyncStatusProvider url="http://127.0.0.1:1">{everything}</SyncStatusProvider>)).toContain(
      'Connecting',
    )
  })
})

describe('SyncStatusProvider', () => {
  it('starts and stops its client, twice under StrictMode, and leaves nothing', () => {
    const client = fixtureClient(fixture())
    const view = render(
      <StrictMode>
        <SyncStatusProvider client={client} clock={stillClock}>
          {everything}
        </SyncStatusProvider>
      </StrictMode>,
    )
    expect(client.calls.filter((call) => call !== 'status')).toEqual(['start', 'stop', 'start'])
    view.unmount()
    expect(client.calls.at(-1)).toBe('stop')
    expect(client.listeners).toBe(0)
  })

  it('leaves no timer behind', async () => {
    const { pass, unmount, clock } = stage(everything, FIXTURES.running)
    await pass(5000)
    expect(clock.pendingTimers).toBeGreaterThan(0)
    unmount()
    expect(clock.pendingTimers).toBe(0)
  })

  it('reads a store of the application instead of its own state', () => {
    const state = { syncStatus: FIXTURES.running as SyncStatusState }
    const seen: number[] = []
    render(
      <SyncStatusProvider store={{ getState: () => state, subscribe: () => () => {} }}>
        <Reading what={useSyncStatus} told={(status) => seen.push(status.activeOperationsCount)} />
      </SyncStatusProvider>,
    )
    expect(seen.at(-1)).toBe(3)
  })
})

describe('hooks', () => {
  it('useSyncStatus gives the four values', () => {
    const seen: unknown[] = []
    stage(<Reading what={useSyncStatus} told={(status) => seen.push(status)} />, FIXTURES.warning)
    expect(seen.at(-1)).toMatchObject({
      isConnected: true,
      activeOperationsCount: 0,
      systemHealth: { status: 'warning' },
      lastUpdate: at(NOW),
    })
  })

  it('useSyncOperations selects, and useSyncOperation finds by id and by key', () => {
    const seen: unknown[] = []
    const told = (value: unknown) => seen.push(value)
    const rows = [operation('sync-1'), operation('b', { status: 'pending', operation_key: 'my-key' })]
    const readings = [usePending, useFirst, useByKey, useNobody]
    stage(
      readings.map((what) => <Reading key={what.name} what={what} told={told} />),
      fixture({ rows }),
    )
    expect(seen).toEqual([['b'], 'sync-1', 'b', undefined])
  })

  it('render again only for what they read', async () => {
    const renders = { status: 0, health: 0, connection: 0, one: 0 }
    const count = (name: keyof typeof renders) => () => {
      renders[name] += 1
    }
    const before = FIXTURES.running
    const { show } = stage(
      <>
        <Reading what={useSyncStatus} told={count('status')} />
        <Reading what={useHealth} told={count('health')} />
        <Reading what={useConnection} told={count('connection')} />
        <Reading what={useFirst} told={count('one')} />
      </>,
      before,
    )
    const moved = operation('upload-1', { ...before.operations['upload-1'], rev: 2 })
    await show({ ...before, operations: { ...before.operations, 'upload-1': moved } })
    await show({ ...before, stores: [store('other')] })
    expect(renders).toEqual({ status: 1, health: 1, connection: 1, one: 1 })
    await show({ ...before, connection: { ...before.connection, latency: 99 } })
    expect(renders).toEqual({ status: 1, health: 1, connection: 2, one: 1 })
  })
})

const usePending = () => useSyncOperations({ status: ['pending'] }).map((row) => row.id)
const useFirst = () => useSyncOperation('sync-1')?.id
const useByKey = () => useSyncOperation('my-key')?.id
const useNobody = () => useSyncOperation('nobody')?.id

/** Tells what a hook gives at each rendering. */
function Reading<Value>({ what: useWhat, told }: { what: () => Value; told: (value: Value) => void }): null {
  told(useWhat())
  return null
}

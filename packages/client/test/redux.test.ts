import { configureStore } from '@reduxjs/toolkit'
import { expect, it } from 'vitest'
import {
  bindClient,
  incrementReconnectAttempts,
  metricsUpdated,
  operationsReceived,
  operationUpdated,
  resetReconnectAttempts,
  selectSyncStatus,
  setConnectionStatus,
  syncStatusSelectors,
  syncStatusSlice,
  systemHealthUpdated,
} from '../src/redux/index.ts'
import { liveClient } from './support/live.ts'
import { at, health, NOW, operation, progressDelta, snapshot } from './support/rows.ts'

const makeStore = () => configureStore({ reducer: { syncStatus: syncStatusSlice.reducer } })
const selectors = syncStatusSelectors(selectSyncStatus)

it('CL-60 the actions of the seed do what they say', () => {
  const store = makeStore()
  expect(syncStatusSlice.name).toBe('syncStatus')
  store.dispatch(setConnectionStatus({ status: 'reconnecting' }))
  store.dispatch(incrementReconnectAttempts())
  store.dispatch(incrementReconnectAttempts())
  expect(selectors.selectConnection(store.getState())).toMatchObject({ status: 'reconnecting', reconnectAttempts: 2 })
  store.dispatch(resetReconnectAttempts())
  store.dispatch(
    operationUpdated({
      operation_id: 'sync_123',
      operation_type: 'upload',
      status: 'in_progress',
      progress: 75,
      timestamp: at(NOW),
    }),
  )
  store.dispatch(operationsReceived([operation('a')], at(NOW)))
  store.dispatch(systemHealthUpdated(health({ status: 'warning' })))
  store.dispatch(
    metricsUpdated({ totalOperations: 3, successRate: 1, avgDuration: 2, peakConcurrency: 1, errorRate: 0 }),
  )
  const state = store.getState()
  expect(selectors.selectConnection(state).reconnectAttempts).toBe(0)
  expect(selectors.selectActiveOperationsCount(state)).toBe(2)
  expect(selectors.selectOperation(state, 'sync_123')).toMatchObject({ progress: 75 })
  expect(selectors.selectSystemHealth(state)?.status).toBe('warning')
  expect(state.syncStatus.metrics?.totalOperations).toBe(3)
})

it('CL-61 a bound store holds what the client holds, with one dispatch a frame', async () => {
  const { client, clock, environment, transport } = liveClient()
  const store = makeStore()
  let dispatches = 0
  store.subscribe(() => {
    dispatches += 1
  })
  client.start()
  const unbind = bindClient(store, client, { environment, clock })
  expect(store.getState().syncStatus).toEqual(client.getState())
  await clock.advance(0)
  transport.last.welcome()
  transport.last.say(snapshot([operation('a')]))
  for (let rev = 2; rev <= 50; rev += 1) transport.last.say(progressDelta([operation('a', { rev, progress: rev })]))
  dispatches = 0
  environment.paint()
  expect(dispatches).toBe(1)
  expect(store.getState().syncStatus).toEqual(client.getState())
  transport.last.say(progressDelta([operation('a', { rev: 60, progress: 60 })]))
  unbind()
  expect(store.getState().syncStatus, 'what was gathered is not lost').toEqual(client.getState())
  transport.last.say(progressDelta([operation('a', { rev: 70, progress: 70 })]))
  environment.paint()
  expect(store.getState().syncStatus.operations.a?.rev).toBe(60)
  client.stop()
})

it.each([60, 75, 120, 144, 240])('CL-63 a screen of %i Hz makes at most 60 dispatches in any second', async (hz) => {
  const { client, clock, environment, transport } = liveClient()
  const store = makeStore()
  client.start()
  await clock.advance(0)
  transport.last.welcome()
  transport.last.say(snapshot([operation('a')]))
  const unbind = bindClient(store, client, { environment, clock })
  const times: number[] = []
  store.subscribe(() => times.push(clock.monotonic()))
  for (let frame = 0; frame < 3 * hz; frame += 1) {
    // Frames are never quite regular: every other one is late by up to a third.
    await clock.advance(Math.max(1, Math.round((1000 / hz) * (frame % 2 ? 0.7 : 1.3))))
    transport.last.say(progressDelta([operation('a', { rev: frame + 2, progress: 1 })]))
    environment.paint()
  }
  const inSecondFrom = (start: number) => times.filter((time) => time >= start && time < start + 1000).length
  expect(Math.max(...times.map(inSecondFrom))).toBeLessThanOrEqual(60)
  expect(inSecondFrom(times[10] ?? 0), 'and hardly fewer').toBeGreaterThanOrEqual(Math.min(hz, 60) * 0.8)
  unbind()
  client.stop()
})

it('CL-62 a hidden page is told at most once a second, and at once when it is shown again', async () => {
  const { client, clock, environment, transport } = liveClient()
  const store = makeStore()
  client.start()
  await clock.advance(0)
  transport.last.welcome()
  const unbind = bindClient(store, client, { environment, clock })
  environment.emit('hidden')
  let dispatches = 0
  store.subscribe(() => {
    dispatches += 1
  })
  transport.last.say(snapshot([operation('a')]))
  for (let rev = 2; rev <= 30; rev += 1) {
    await clock.advance(100)
    transport.last.say(progressDelta([operation('a', { rev, progress: rev })]))
  }
  expect(dispatches).toBe(2)
  environment.emit('visible')
  expect(dispatches).toBe(3)
  expect(store.getState().syncStatus.operations.a?.rev).toBe(30)
  unbind()
  client.stop()
})

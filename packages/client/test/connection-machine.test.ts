import { describe, expect, it } from 'vitest'
import { step } from '../src/connection/connection-machine.ts'
import type { MachineEvent, MachineEventType } from '../src/connection/machine-event.ts'
import { initialMachineState, type MachineState, type MachineStateName } from '../src/connection/machine-state.ts'

const NOW = 100_000
const random = { next: () => 0.5, uuid: () => 'u' }
const memory = initialMachineState({ transports: ['websocket', 'sse'], isOnline: true, isVisible: true }).memory

const STATES: Record<MachineStateName, MachineState> = {
  idle: { name: 'idle', memory, wasStopped: false },
  connecting: { name: 'connecting', memory, deadline: NOW - 1, isPlanned: false },
  connected: { name: 'connected', memory, stableAt: NOW - 1, nextPingAt: NOW - 1, pongDueAt: NOW - 1 },
  reconnecting: { name: 'reconnecting', memory, retryAt: NOW - 1, notBefore: 0 },
  paused: { name: 'paused', memory: { ...memory, isOnline: false }, retryAt: NOW - 1 },
  error: { name: 'error', memory },
}

const EVENTS: Record<MachineEventType, MachineEvent> = {
  start: { type: 'start' },
  stop: { type: 'stop' },
  'retry-now': { type: 'retry-now' },
  opened: { type: 'opened' },
  ready: { type: 'ready' },
  pong: { type: 'pong' },
  closed: { type: 'closed', reason: { code: 'server_unreachable', message: '' } },
  refused: { type: 'refused', code: 'unauthorized', message: '' },
  reopen: { type: 'reopen' },
  time: { type: 'time' },
  woke: { type: 'woke' },
  online: { type: 'online' },
  offline: { type: 'offline' },
  visible: { type: 'visible' },
  hidden: { type: 'hidden' },
  pagehide: { type: 'pagehide' },
  pageshow: { type: 'pageshow' },
}

/** `-` stays; else the state it goes to, and the effects after a slash. Every deadline has passed. */
const TABLE: Record<MachineStateName, Record<MachineEventType, string>> = {
  idle: {
    start: 'connecting/open',
    stop: '-',
    'retry-now': '-',
    opened: '-',
    ready: '-',
    pong: '-',
    closed: '-',
    refused: '-',
    reopen: '-',
    time: '-',
    woke: '-',
    online: '-',
    offline: '-',
    visible: '-',
    hidden: '-',
    pagehide: '-',
    pageshow: '-',
  },
  connecting: {
    start: '-',
    stop: 'idle/close',
    'retry-now': '-',
    opened: '-',
    ready: 'connected/ping',
    pong: '-',
    closed: 'reconnecting',
    refused: 'error/close',
    reopen: '-',
    time: 'reconnecting/close',
    woke: '-',
    online: '-',
    offline: '-',
    visible: '-',
    hidden: '-',
    pagehide: 'paused/close',
    pageshow: '-',
  },
  connected: {
    start: '-',
    stop: 'idle/close',
    'retry-now': '-',
    opened: '-',
    ready: '-',
    pong: '-',
    closed: 'reconnecting',
    refused: 'error/close',
    reopen: 'connecting/close,open',
    time: 'reconnecting/close',
    woke: '-/ping',
    online: '-/ping',
    offline: '-/ping',
    visible: '-/pace,ping',
    hidden: '-/pace',
    pagehide: 'paused/close',
    pageshow: '-/ping',
  },
  reconnecting: {
    start: '-',
    stop: 'idle/close',
    'retry-now': 'connecting/open',
    opened: '-',
    ready: '-',
    pong: '-',
    closed: '-',
    refused: '-',
    reopen: '-',
    time: 'connecting/open',
    woke: 'connecting/open',
    online: 'connecting/open',
    offline: 'paused',
    visible: 'connecting/open',
    hidden: '-',
    pagehide: 'paused',
    pageshow: 'connecting/open',
  },
  paused: {
    start: '-',
    stop: 'idle/close',
    'retry-now': 'connecting/open',
    opened: '-',
    ready: '-',
    pong: '-',
    closed: '-',
    refused: '-',
    reopen: '-',
    time: 'connecting/open',
    woke: '-',
    online: 'connecting/open',
    offline: '-',
    visible: '-',
    hidden: '-',
    pagehide: '-',
    pageshow: '-',
  },
  error: {
    start: '-',
    stop: 'idle/close',
    'retry-now': 'connecting/open',
    opened: '-',
    ready: '-',
    pong: '-',
    closed: '-',
    refused: '-',
    reopen: '-',
    time: '-',
    woke: '-',
    online: '-',
    offline: '-',
    visible: '-',
    hidden: '-',
    pagehide: '-',
    pageshow: '-',
  },
}

describe('CL-01 the transition table is total', () => {
  for (const [from, row] of Object.entries(TABLE) as [MachineStateName, Record<MachineEventType, string>][]) {
    it.each(Object.entries(row) as [MachineEventType, string][])(`${from} on %s → %s`, (type, expected) => {
      const result = step(STATES[from], EVENTS[type], { now: NOW, random })
      const [to, effects = ''] = expected.split('/')
      expect(result.state.name).toBe(to === '-' ? from : to)
      expect(result.effects.map((effect) => effect.type).join(',')).toBe(effects)
    })
  }
})

function run(state: MachineState, ...events: [MachineEvent, number][]): MachineState {
  return events.reduce((current, [event, now]) => step(current, event, { now, random }).state, state)
}
const closed = EVENTS.closed

describe('the waits', () => {
  it('CL-02 waits a random share of 1 s, 2 s, 4 s … at most 30 s', () => {
    for (const [failures, ceiling] of [
      [0, 1000],
      [1, 2000],
      [2, 4000],
      [4, 16_000],
      [5, 30_000],
      [50, 30_000],
    ] as const) {
      const state = { ...STATES.connecting, memory: { ...memory, failures, hasOpened: true } } as MachineState
      expect(run(state, [closed, NOW])).toMatchObject({ name: 'reconnecting', retryAt: NOW + ceiling / 2 })
    }
  })

  it('CL-03 never returns before the time that the server asked for, unless a person says so', () => {
    const event: MachineEvent = { type: 'closed', reason: { code: 'shutting_down', message: '', retryAfterMs: 20_000 } }
    const waiting = run(STATES.connected, [event, NOW])
    expect(waiting).toMatchObject({ name: 'reconnecting', notBefore: NOW + 20_000 })
    expect((waiting as { retryAt: number }).retryAt).toBeGreaterThanOrEqual(NOW + 20_000)
    for (const hint of ['online', 'visible', 'pageshow', 'woke'] as const) {
      expect(run(waiting, [EVENTS[hint], NOW + 1])).toMatchObject({ name: 'reconnecting' })
    }
    expect(run(waiting, [EVENTS['retry-now'], NOW + 1]).name).toBe('connecting')
  })

  it('CL-04 sets everything up anew after three failures in a row, and after each further three, offline as well', () => {
    const restarts: boolean[] = []
    let state: MachineState = run(STATES.idle, [EVENTS.start, NOW])
    for (let attempt = 1; attempt <= 7; attempt += 1) {
      if (attempt === 6) state = run(state, [EVENTS.offline, NOW])
      const result = step(state, closed, { now: NOW, random })
      restarts.push(result.effects.some(({ type }) => type === 'restart'))
      state = run(result.state, [EVENTS['retry-now'], NOW])
    }
    expect(restarts).toEqual([false, false, true, false, false, true, false])
  })

  it('CL-05 forgets failures only once a session has held for 5 s', () => {
    const failed = { ...STATES.connecting, memory: { ...memory, failures: 2 } } as MachineState
    const connected = run(failed, [EVENTS.ready, NOW], [EVENTS.pong, NOW])
    expect(run(connected, [EVENTS.time, NOW + 4000], [closed, NOW + 4001]).memory.failures).toBe(3)
    expect(run(connected, [EVENTS.time, NOW + 5000], [closed, NOW + 5001]).memory.failures).toBe(1)
  })
})

describe('transports and hints', () => {
  it('CL-06 tries SSE after a WebSocket that twice never opened, and never once one has opened', () => {
    const never = STATES.connecting
    const transports = [0, 1, 2, 3].reduce<{ state: MachineState; seen: string[] }>(
      ({ state, seen }) => {
        const next = run(state, [closed, NOW], [EVENTS['retry-now'], NOW])
        return { state: next, seen: [...seen, next.memory.transport] }
      },
      { state: never, seen: [] },
    ).seen
    expect(transports).toEqual(['websocket', 'sse', 'websocket', 'websocket'])
    const again: [MachineEvent, number][] = [
      [closed, NOW],
      [EVENTS['retry-now'], NOW],
    ]
    const once = run(never, [EVENTS.opened, NOW], ...again, ...again, [closed, NOW])
    expect(once.memory.transport).toBe('websocket')
  })

  it('CL-07 drops a connected socket that leaves a ping unanswered', () => {
    const connected = run(STATES.connecting, [EVENTS.ready, NOW], [EVENTS.pong, NOW + 5])
    const asked = step(connected, EVENTS.time, { now: NOW + 15_000, random })
    expect(asked.effects).toEqual([{ type: 'ping' }])
    expect(run(asked.state, [EVENTS.time, NOW + 24_999]).name).toBe('connected')
    expect(run(asked.state, [EVENTS.time, NOW + 25_000]).name).toBe('reconnecting')
  })

  it('CL-08 asks a socket that may have died in its sleep, and gives it 3 s', () => {
    const connected = run(STATES.connecting, [EVENTS.ready, NOW], [EVENTS.pong, NOW + 5], [EVENTS.woke, NOW + 60_000])
    expect(run(connected, [EVENTS.time, NOW + 62_999]).name).toBe('connected')
    expect(run(connected, [EVENTS.time, NOW + 63_000]).name).toBe('reconnecting')
  })

  it('CL-09 pauses offline, still tries every 30 s, and stops believing a host that says offline while it works', () => {
    const offline = run(STATES.connected, [EVENTS.offline, NOW], [closed, NOW])
    expect(offline).toMatchObject({ name: 'paused', retryAt: NOW + 30_000 })
    expect(run(offline, [EVENTS.online, NOW + 1]).name).toBe('connecting')
    const unreliable = run(offline, [EVENTS.time, NOW + 30_000], [EVENTS.ready, NOW + 30_001], [closed, NOW + 40_000])
    expect(unreliable.name).toBe('reconnecting')
  })

  it('CL-10 closes when the page is put away and comes back when it is shown', () => {
    const away = run(STATES.connected, [EVENTS.pagehide, NOW])
    expect(away).toMatchObject({ name: 'paused', retryAt: null })
    expect(run(away, [EVENTS.visible, NOW]).name).toBe('paused')
    expect(run(away, [EVENTS.pageshow, NOW]).name).toBe('connecting')
  })
})

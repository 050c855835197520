import { fullJitterBackoff } from '@syncwatch/core'
import type { TransportClose } from '../transport/transport.ts'
import type { MachineEffect, MachineEvent, Step, StepContext } from './machine-event.ts'
import type { MachineState, Memory } from './machine-state.ts'
import { FAILURES_BEFORE_FRESH, TIMINGS, UNOPENED_BEFORE_FALLBACK } from './timings.ts'

/** Takes note of what the host says, whatever the state. */
export function remember<State extends MachineState>(state: State, event: MachineEvent): State {
  const { memory } = state
  switch (event.type) {
    case 'online':
    case 'offline':
      return { ...state, memory: { ...memory, isOnline: event.type === 'online' } }
    case 'visible':
    case 'hidden':
      return { ...state, memory: { ...memory, isVisible: event.type === 'visible' } }
    default:
      return state
  }
}

/** Starts an attempt; every third failure in a row makes it a fresh one. */
export function beginAttempt(memory: Memory, { now }: StepContext, isPlanned = false): Step<MachineState> {
  const isFresh = memory.failures > 0 && memory.failures % FAILURES_BEFORE_FRESH === 0
  const next = isFresh && !memory.hasOpened ? withTransport(memory, memory.transports[0]) : memory
  return {
    state: {
      name: 'connecting',
      memory: { ...next, lostAt: isPlanned ? memory.lostAt : (memory.lostAt ?? now) },
      deadline: now + TIMINGS.connect,
      hasOpened: false,
      isPlanned,
    },
    effects: [{ type: 'open', transport: next.transport, isFresh }],
  }
}

/** An attempt failed or a session ended: wait, or pause where the host says that there is no network. */
export function fail(
  memory: Memory,
  reason: TransportClose,
  context: StepContext,
  effects: readonly MachineEffect[] = [],
): Step<MachineState> {
  const { now, random } = context
  const failures = memory.failures + 1
  const failed: Memory = {
    ...memory,
    failures,
    lostAt: memory.lostAt ?? now,
    lastError: { code: reason.code, message: reason.message },
  }
  if (isTrulyOffline(failed)) return { state: pausedOffline(failed, now), effects }
  const wait = fullJitterBackoff({ attempt: failures, random, retryAfterMs: reason.retryAfterMs })
  return {
    state: { name: 'reconnecting', memory: failed, retryAt: now + wait, notBefore: now + (reason.retryAfterMs ?? 0) },
    effects,
  }
}

export function pausedOffline(memory: Memory, now: number): MachineState {
  return { name: 'paused', memory, why: 'offline', retryAt: now + TIMINGS.offlineRetry }
}

export function pausedPage(memory: Memory, now: number): MachineState {
  return { name: 'paused', memory: { ...memory, lostAt: memory.lostAt ?? now }, why: 'page-hidden', retryAt: null }
}

/** Trying again is of no use: bad credentials, a protocol that is too old. */
export function refuse(
  memory: Memory,
  { code, message }: { code: string; message: string },
  now: number,
): Step<MachineState> {
  const refused = {
    ...memory,
    failures: memory.failures + 1,
    lostAt: memory.lostAt ?? now,
    lastError: { code, message },
  }
  return { state: { name: 'error', memory: refused }, effects: [{ type: 'close' }] }
}

/** The memory after an attempt whose transport did not open: after two of them the other transport has its turn. */
export function unopened(memory: Memory): Memory {
  if (memory.hasOpened) return memory
  const count = memory.unopened + 1
  if (count < UNOPENED_BEFORE_FALLBACK) return { ...memory, unopened: count }
  const { transports, transport } = memory
  return withTransport(memory, transports[(transports.indexOf(transport) + 1) % transports.length])
}

export function isTrulyOffline({ isOnline, isOnlineUnreliable }: Memory): boolean {
  return !isOnline && !isOnlineUnreliable
}

function withTransport(memory: Memory, transport = memory.transport): Memory {
  return { ...memory, transport, unopened: 0 }
}

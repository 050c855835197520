import { fullJitterBackoff } from '@syncwatch/core'
import type { TransportClose } from '../transport/transport.ts'
import type { MachineEffect, MachineEvent, Step, StepContext } from './machine-event.ts'
import type { MachineState, Memory } from './machine-state.ts'
import { CONNECT_MS, FAILURES_BEFORE_FRESH, OFFLINE_RETRY_MS, UNOPENED_BEFORE_FALLBACK } from './timings.ts'

/** A state with what is to be done, in order. */
export const to = (state: MachineState, ...effects: MachineEffect[]): Step<MachineState> => ({ state, effects })

/** Why an attempt or a session that hears nothing ends. */
export const SILENT: TransportClose = { code: 'timeout', message: 'The server does not answer.' }

export const CLOSE: MachineEffect = { type: 'close' }

/** Takes note of what the host says, whatever the state. */
export function remember<State extends MachineState>(state: State, { type }: MachineEvent): State {
  const isOnline = type === 'online' || (type !== 'offline' && state.memory.isOnline)
  const isVisible = type === 'visible' || (type !== 'hidden' && state.memory.isVisible)
  return { ...state, memory: { ...state.memory, isOnline, isVisible } }
}

/** Starts an attempt. */
export function beginAttempt(memory: Memory, { now }: StepContext, isPlanned = false): Step<MachineState> {
  const deadline = now + CONNECT_MS
  return to(
    { name: 'connecting', memory: isPlanned ? memory : lost(memory, now), deadline, isPlanned },
    { type: 'open', transport: memory.transport },
  )
}

/**
 * An attempt failed or a session ended: wait, or pause where the host says that there is no network. Every third failure in a row
 * is the end of what was before.
 */
export function fail(
  memory: Memory,
  reason: TransportClose,
  { now, random }: StepContext,
  ...effects: MachineEffect[]
): Step<MachineState> {
  const { retryAfterMs = 0 } = reason
  let failed = failedOnce(memory, reason, now)
  if (failed.failures % FAILURES_BEFORE_FRESH === 0) {
    effects.push({ type: 'restart' })
    if (!failed.hasOpened) failed = withTransport(failed, failed.transports[0])
  }
  if (isTrulyOffline(failed)) return to(pausedOffline(failed, now), ...effects)
  const wait = fullJitterBackoff({ attempt: failed.failures, random, retryAfterMs })
  return to({ name: 'reconnecting', memory: failed, retryAt: now + wait, notBefore: now + retryAfterMs }, ...effects)
}

export function pausedOffline(memory: Memory, now: number): MachineState {
  return { name: 'paused', memory, retryAt: now + OFFLINE_RETRY_MS }
}

export function pausedPage(memory: Memory, now: number): MachineState {
  return { name: 'paused', memory: lost(memory, now), retryAt: null }
}

/** Trying again is of no use: bad credentials, a protocol that is too old. */
export function refuse(memory: Memory, reason: TransportClose, now: number): Step<MachineState> {
  return to({ name: 'error', memory: failedOnce(memory, reason, now) }, CLOSE)
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

/** Without a session, since now unless it has been longer. */
function lost(memory: Memory, now: number): Memory {
  return { ...memory, lostAt: memory.lostAt ?? now }
}

function failedOnce(memory: Memory, { code, message }: TransportClose, now: number): Memory {
  return { ...lost(memory, now), failures: memory.failures + 1, lastError: { code, message } }
}

function withTransport(memory: Memory, transport = memory.transport): Memory {
  return { ...memory, transport, unopened: 0 }
}

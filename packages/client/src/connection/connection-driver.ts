import type { Clock, Hello, Random, TimerHandle, UpFrame } from '@syncwatch/core'
import type { Environment } from '../environment/environment.ts'
import type {
  Transport,
  TransportClose,
  TransportListener,
  TransportName,
  TransportSession,
} from '../transport/transport.ts'
import { step } from './connection-machine.ts'
import { deadlineOf } from './deadline-of.ts'
import { createJumpDetector } from './jump-detector.ts'
import type { MachineEffect, MachineEvent } from './machine-event.ts'
import { initialMachineState, type MachineState } from './machine-state.ts'
import type { Instant } from './present-connection.ts'

/** What the driver asks of its owner, and tells it. */
export interface DriverOwner {
  /** The hello of the next attempt. Rejecting ends the attempt by `helloFailed`. */
  hello(): Promise<Hello>
  /** Nothing of before is trusted from here on. `isPresent` holds until the next attempt begins, or `stop`. */
  restart(isPresent: () => boolean): void
  helloFailed(error: unknown): MachineEvent
  /** Judges the end of a session: whether trying again is of any use. */
  closed(reason: TransportClose): MachineEvent
  frame: TransportListener['frame']
  garbage: () => void
  /** Called after every step of the machine, and when a loss becomes old enough to be shown. */
  changed(state: MachineState, now: Instant): void
}

export interface DriverOptions {
  transports: readonly [Transport, ...Transport[]]
  clock: Clock
  random: Random
  environment: Environment
  owner: DriverOwner
}

/** Runs the connection machine: does what it wants done, keeps its one timer, and lets only the present session speak. */
export interface ConnectionDriver {
  state(): MachineState
  /** Handles an event now, or right after the one that is being handled. */
  dispatch(event: MachineEvent): void
  /** Sends a frame over the present session. False when it has no way for it. */
  send(frame: UpFrame): boolean
}

export function createConnectionDriver({
  transports,
  clock,
  random,
  environment,
  owner,
}: DriverOptions): ConnectionDriver {
  const hasJumped = createJumpDetector()
  const queue: MachineEvent[] = []
  let state = initialMachineState({
    transports: transports.map(({ name }) => name) as [TransportName, ...TransportName[]],
    isOnline: environment.isOnline(),
    isVisible: environment.isVisible(),
  })
  let session: TransportSession | null = null
  /** Counts attempts: whatever an older one still says is not heard. */
  let attempt = 0
  let timer: TimerHandle | undefined
  let stopListening: (() => void) | null = null
  let isStepping = false

  const instant = (): Instant => ({ wall: clock.now(), monotonic: clock.monotonic() })
  const send = (frame: UpFrame) => session?.send(frame) ?? true

  function dispatch(event: MachineEvent): void {
    queue.push(event)
    if (isStepping) return
    isStepping = true
    try {
      for (let next = queue.shift(); next; next = queue.shift()) take(next)
    } finally {
      isStepping = false
    }
  }

  function take(event: MachineEvent): void {
    const now = instant()
    if (event.type === 'start') listen()
    if (event.type === 'closed') endSession()
    const next = step(state, event, { now: now.monotonic, random })
    state = next.state
    next.effects.forEach(perform)
    if (state.name === 'idle') unlisten()
    schedule(now.monotonic)
    owner.changed(state, now)
  }

  function perform(effect: MachineEffect): void {
    switch (effect.type) {
      case 'open':
        return void open(effect.transport)
      case 'restart':
        return void owner.restart(present())
      case 'close':
        endSession()
        return
      case 'ping':
        return void send({ type: 'ping', t: clock.monotonic() })
      case 'pace':
        send(effect)
    }
  }

  async function open(name: TransportName): Promise<void> {
    endSession()
    const isPresent = present()
    try {
      const hello = await owner.hello()
      if (!isPresent()) return
      const transport = transports.find((candidate) => candidate.name === name) ?? transports[0]
      session = transport.open(hello, listener(isPresent))
      // A transport that failed at once has ended the attempt before its session was here.
      if (!isPresent()) session = null
    } catch (error) {
      if (isPresent()) dispatch(owner.helloFailed(error))
    }
  }

  /** Holds until the present attempt, or the wait for the next one, is over. */
  function present(): () => boolean {
    const own = attempt
    return () => own === attempt
  }

  function listener(isPresent: () => boolean): TransportListener {
    const whenPresent =
      <Args extends unknown[]>(callback: (...args: Args) => void) =>
      (...args: Args) => {
        if (isPresent()) callback(...args)
      }
    return {
      opened: whenPresent(() => dispatch({ type: 'opened' })),
      frame: whenPresent(owner.frame),
      garbage: whenPresent(owner.garbage),
      closed: whenPresent((reason) => dispatch(owner.closed(reason))),
    }
  }

  function endSession(): void {
    attempt += 1
    const ending = session
    session = null
    ending?.close()
  }

  function schedule(now: number): void {
    timer?.cancel()
    const due = deadlineOf(state, now)
    if (due === Infinity) return
    timer = clock.setTimeout(
      () => {
        observeJump(due)
        dispatch({ type: 'time' })
      },
      Math.max(0, Math.ceil(due - now)),
    )
  }

  function listen(): void {
    stopListening ??= environment.listen((type) => {
      observeJump(Infinity)
      dispatch({ type })
    })
    hasJumped(instant(), Infinity)
  }

  function unlisten(): void {
    stopListening?.()
    stopListening = null
  }

  function observeJump(due: number): void {
    if (hasJumped(instant(), due)) dispatch({ type: 'woke' })
  }

  return { state: () => state, dispatch, send }
}

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
import { JumpDetector } from './jump-detector.ts'
import type { MachineEffect, MachineEvent } from './machine-event.ts'
import { initialMachineState, type MachineState } from './machine-state.ts'
import type { Instant } from './present-connection.ts'

/** What the driver asks of its owner, and tells it. */
export interface DriverOwner {
  /** The hello of the next attempt. Rejecting ends the attempt by `helloFailed`. */
  hello(isFresh: boolean): Promise<Hello>
  helloFailed(error: unknown): MachineEvent
  /** Judges the end of a session: whether trying again is of any use. */
  closed(reason: TransportClose): MachineEvent
  frame: TransportListener['frame']
  garbage(): void
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
export class ConnectionDriver {
  readonly #options: DriverOptions
  readonly #jumps = new JumpDetector()
  readonly #queue: MachineEvent[] = []
  #state: MachineState
  #session: TransportSession | null = null
  /** Counts attempts: whatever an older one still says is not heard. */
  #attempt = 0
  #timer: TimerHandle | null = null
  #stopListening: (() => void) | null = null
  #isStepping = false

  constructor(options: DriverOptions) {
    const { transports, environment } = options
    this.#options = options
    const [first, ...others] = transports.map((transport) => transport.name) as [TransportName, ...TransportName[]]
    this.#state = initialMachineState({
      transports: [first, ...others],
      isOnline: environment.isOnline(),
      isVisible: environment.isVisible(),
    })
  }

  get state(): MachineState {
    return this.#state
  }

  /** Handles an event now, or right after the one that is being handled. */
  dispatch(event: MachineEvent): void {
    this.#queue.push(event)
    if (this.#isStepping) return
    this.#isStepping = true
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#step(next)
    } finally {
      this.#isStepping = false
    }
  }

  /** Sends a frame over the present session. False when it has no way for it. */
  send(frame: UpFrame): boolean {
    return this.#session?.send(frame) ?? true
  }

  #step(event: MachineEvent): void {
    const now = this.#now()
    if (event.type === 'start') this.#listen()
    if (event.type === 'closed') this.#endSession()
    const { state, effects } = step(this.#state, event, { now: now.monotonic, random: this.#options.random })
    this.#state = state
    for (const effect of effects) this.#perform(effect)
    if (state.name === 'idle') this.#unlisten()
    this.#schedule(now.monotonic)
    this.#options.owner.changed(state, now)
  }

  #perform(effect: MachineEffect): void {
    switch (effect.type) {
      case 'open':
        void this.#open(effect.transport, effect.isFresh)
        return
      case 'close':
        this.#endSession()
        return
      case 'ping':
        this.send({ type: 'ping', t: this.#now().monotonic })
        return
      case 'pace':
        this.send({ type: 'pace', maxHz: effect.maxHz })
        return
    }
  }

  async #open(name: TransportName, isFresh: boolean): Promise<void> {
    this.#endSession()
    const attempt = this.#attempt
    const isPresent = () => attempt === this.#attempt
    const { owner, transports } = this.#options
    try {
      const hello = await owner.hello(isFresh)
      if (!isPresent()) return
      const transport = transports.find((candidate) => candidate.name === name) ?? transports[0]
      this.#session = transport.open(hello, this.#listener(isPresent))
      // A transport that failed at once has ended the attempt before its session was here.
      if (!isPresent()) this.#session = null
    } catch (error) {
      if (isPresent()) this.dispatch(owner.helloFailed(error))
    }
  }

  #listener(isPresent: () => boolean): TransportListener {
    const { owner } = this.#options
    const whenPresent =
      <Args extends unknown[]>(callback: (...args: Args) => void) =>
      (...args: Args) => {
        if (isPresent()) callback(...args)
      }
    return {
      opened: whenPresent(() => this.dispatch({ type: 'opened' })),
      frame: whenPresent((frame) => owner.frame(frame)),
      garbage: whenPresent(() => owner.garbage()),
      closed: whenPresent((reason) => this.dispatch(owner.closed(reason))),
    }
  }

  #endSession(): void {
    this.#attempt += 1
    const session = this.#session
    this.#session = null
    session?.close()
  }

  #schedule(now: number): void {
    this.#timer?.cancel()
    this.#timer = null
    const due = deadlineOf(this.#state, now)
    if (due === null) return
    this.#timer = this.#options.clock.setTimeout(() => this.#onTimer(due), Math.max(0, Math.ceil(due - now)))
  }

  #onTimer(due: number): void {
    if (this.#jumps.observe(this.#now(), due)) this.dispatch({ type: 'woke' })
    this.dispatch({ type: 'time' })
  }

  #listen(): void {
    this.#stopListening ??= this.#options.environment.listen((event) => {
      if (this.#jumps.observe(this.#now(), null)) this.dispatch({ type: 'woke' })
      this.dispatch({ type: event })
    })
    this.#jumps.observe(this.#now(), null)
  }

  #unlisten(): void {
    this.#stopListening?.()
    this.#stopListening = null
  }

  #now(): Instant {
    const { clock } = this.#options
    return { wall: clock.now(), monotonic: clock.monotonic() }
  }
}

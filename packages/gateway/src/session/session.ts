import {
  CLOSE_CODES,
  type Clock,
  type CloseCode,
  type DownFrame,
  type ErrorCode,
  type Hello,
  isSyncwatchError,
  PROTOCOL_VERSION,
  type Principal,
  parseUpFrame,
  type Random,
  type SyncwatchError,
} from '@syncwatch/core'
import type { ConnectionReport } from '@syncwatch/status-manager'
import { type Admission, toTellable } from '../access/admission.ts'
import type { ConnectionFacts } from '../access/principal.ts'
import type { Channels } from '../channel/channels.ts'
import { EncodedFrame } from '../channel/encoded-frame.ts'
import type { GatewayLimits } from '../gateway-limits.ts'
import type { Logger } from '../logger.ts'
import { InboundGate } from './inbound-gate.ts'
import { LiveSession } from './live-session.ts'
import { type OpenTopics, openTopics, releaseTopics, resumeTopics } from './open-topics.ts'
import { Outbox } from './outbox.ts'
import type { Pacer } from './pacer.ts'
import type { SessionState } from './session-state.ts'
import type { SessionTransport } from './session-transport.ts'
import { wantedTopics } from './wanted-topics.ts'

export interface SessionPorts {
  readonly clock: Clock
  readonly random: Random
  readonly admission: Admission
  readonly channels: Channels
  readonly pacer: Pacer
  readonly limits: GatewayLimits
  readonly logger: Logger
  epoch(): string
  reportConnection(report: ConnectionReport): void
  /** Counts the session in for its subject and client; throws `rate_limited` where the subject has too many. */
  claim(session: Session, subject: string, clientId: string): void
  /** Called once, when everything of the session has been let go. */
  onClosed(session: Session): void
}

/** A hello that a wire says for its client, after it was let in. */
export interface Greeting {
  readonly hello: Hello
  readonly principal: Principal
  /** At most so many deltas a second; null for the gateway's own pace. */
  readonly maxHz: number | null
}

/**
 * One client of the gateway, whatever the wire: messages come in by `receive`, frames go out through the transport. This
 * is its life from the first message to the last (see `SessionState`); what it does between is `LiveSession`.
 */
export class Session {
  readonly id: string
  readonly #transport: SessionTransport
  readonly #facts: ConnectionFacts
  readonly #ports: SessionPorts
  readonly #gate: InboundGate
  readonly #outbox: Outbox
  #state: SessionState
  #clientId: string | null = null

  constructor(transport: SessionTransport, facts: ConnectionFacts, ports: SessionPorts) {
    this.id = ports.random.uuid()
    this.#transport = transport
    this.#facts = facts
    this.#ports = ports
    this.#gate = new InboundGate(ports.clock, ports.limits)
    this.#outbox = new Outbox({
      clock: ports.clock,
      transport,
      limits: ports.limits,
      eventId: () => this.#eventId(),
      onRoom: () => this.#live()?.flush(),
      onSlow: () => this.#giveUpOnSlowClient(),
    })
    const timer = ports.clock.setTimeout(() => this.#helloTimedOut(), ports.limits.helloMs)
    this.#state = { name: 'greeting', timer }
  }

  get state(): SessionState['name'] {
    return this.#state.name
  }

  /** Known once the client has been admitted. */
  get clientId(): string | null {
    return this.#clientId
  }

  /** A message came in; null stands for one that is not text. */
  receive(text: string | null): void {
    if (this.#isOver()) return
    this.#live()?.heard()
    if (!this.#gate.admit()) this.#refuse('rate_limited', 'Too many messages. Send fewer a second.')
    else if (text === null) this.#refuse('frame_invalid', 'A frame is JSON text.')
    else if (this.#state.name === 'admitting') this.#keepForLater(this.#state.waiting, text)
    else this.#handle(text)
  }

  /** Says hello for a client whose wire cannot, such as SSE, and who was let in already. */
  greet(greeting: Greeting): void {
    if (this.#state.name === 'greeting') this.#hello(greeting.hello, greeting)
  }

  /** The wire answered a ping of ours. */
  ponged(): void {
    this.#live()?.heard()
  }

  /** The wire was pinged; false when that happens too often to be answered. */
  pinged(): boolean {
    if (this.#isOver()) return false
    this.#live()?.heard()
    if (this.#gate.admit() && this.#outbox.hasRoom()) return true
    if (!this.#gate.strike()) this.#end(CLOSE_CODES.abuse, 'too many pings')
    return false
  }

  /** The transport handed something on to the network. */
  drained(): void {
    if (!this.#isOver()) this.#outbox.drained()
  }

  /** Sends the client away for now. */
  goodbye(code: ErrorCode, retryAfterMs: number, closeCode: CloseCode): void {
    if (this.#isOver()) return
    this.#say({ type: 'goodbye', code, retryAfterMs: Math.round(retryAfterMs) })
    this.#end(closeCode, code)
  }

  /** The wire is broken and closes by itself; if its other end lets it. */
  transportFailed(): void {
    this.#end(CLOSE_CODES.goingAway, 'the wire failed')
  }

  /** The transport is gone, for whatever reason. */
  transportClosed(): void {
    if (this.#state.name === 'closed') return
    this.#letGo()
    this.#state = { name: 'closed' }
    this.#ports.onClosed(this)
  }

  #handle(text: string): void {
    try {
      const frame = parseUpFrame(text)
      if (this.#state.name === 'live') this.#state.live.handle(frame)
      else if (frame.type === 'hello') this.#hello(frame, null)
      else this.#refuse('frame_invalid', 'The first frame is hello.')
    } catch (error) {
      const told = this.#tellable(error)
      this.#refuse(told.code, told.message)
      if (told.code === 'protocol_unsupported') this.#end(CLOSE_CODES.protocolUnsupported, told.code)
    }
  }

  #hello(hello: Hello, greeting: Greeting | null): void {
    this.#letGo()
    this.#state = { name: 'admitting', waiting: [] }
    this.#admit(hello, greeting).catch((error) => this.#turnAway(error))
  }

  async #admit(hello: Hello, greeting: Greeting | null): Promise<void> {
    const { admission, limits, channels, clock } = this.#ports
    const lastSeen = clock.monotonic() - (hello.quietMs ?? 0) * (1 - CLOCK_DRIFT)
    const principal = greeting?.principal ?? (await admission.admit(this.#facts, hello.ticket ?? this.#facts.ticket))
    if (this.#state.name !== 'admitting') return
    this.#ports.claim(this, principal.name, hello.clientId)
    this.#clientId = hello.clientId
    const wanted = wantedTopics(hello, principal.role, limits.maxTopics)
    const { open, refusals } = await openTopics(channels, wanted.topics)
    try {
      if (this.#state.name === 'admitting') await this.#catchUp(hello, lastSeen)
    } catch (error) {
      releaseTopics(open)
      throw error
    }
    if (this.#state.name !== 'admitting') {
      releaseTopics(open)
      return
    }
    const { waiting } = this.#state
    this.#goLive(hello, principal, open, greeting?.maxHz ?? null)
    for (const { code, message } of [...wanted.refusals, ...refusals]) this.#tell(code, message)
    for (const text of waiting) this.receive(text)
  }

  /**
   * Waits until this node knows whatever the client may have been shown by another one. A herd that comes back costs no reading:
   * it waits for the next that comes anyway. Who is new is shown what is known here, even while the database is away.
   */
  async #catchUp({ resume, reconnectAttempts = 0 }: Hello, lastSeen: number): Promise<void> {
    try {
      await this.#ports.channels.upTo(lastSeen, reconnectAttempts === 0 ? 'soon' : 'anyway')
    } catch (error) {
      if (resume !== undefined || reconnectAttempts > 0) throw error
    }
  }

  /** Synchronous: between what is sent first and the changes after it there is no gap. */
  #goLive(hello: Hello, principal: Principal, open: OpenTopics, maxHz: number | null): void {
    const epoch = this.#ports.epoch()
    const missed = hello.resume?.epoch === epoch ? resumeTopics(open, hello.resume.cursor) : null
    const live = this.#liveSession(hello.clientId, principal)
    this.#state = { name: 'live', live }
    this.#say({
      type: 'welcome',
      protocol: PROTOCOL_VERSION,
      sessionId: this.id,
      epoch,
      serverTime: new Date(this.#ports.clock.now()).toISOString(),
      role: principal.role,
      resumed: missed !== null,
    })
    live.begin(open, missed, { maxHz, reconnectAttempts: hello.reconnectAttempts ?? 0 })
  }

  #liveSession(clientId: string, principal: Principal): LiveSession {
    return new LiveSession(clientId, principal, {
      ...this.#ports,
      id: this.id,
      facts: this.#facts,
      transport: this.#transport,
      outbox: this.#outbox,
      say: (frame) => this.#say(frame),
      tell: (error) => this.#tell(this.#tellable(error).code, this.#tellable(error).message),
      turnAway: (error) => this.#turnAway(error),
      cut: (reason) => this.#cut(reason),
    })
  }

  #live(): LiveSession | null {
    return this.#state.name === 'live' ? this.#state.live : null
  }

  #keepForLater(waiting: string[], text: string): void {
    if (waiting.length < MAX_WAITING) waiting.push(text)
    else this.#refuse('rate_limited', 'Wait for welcome.')
  }

  /** One bad message costs an answer; many cost the session. */
  #refuse(code: ErrorCode, message: string): void {
    this.#tell(code, message)
    if (!this.#gate.strike()) this.#end(CLOSE_CODES.abuse, 'too many bad frames')
  }

  #tell(code: ErrorCode, message: string): void {
    if (!this.#isOver() && this.#outbox.hasRoom()) this.#say({ type: 'error', code, message })
  }

  #turnAway(error: unknown): void {
    if (this.#isOver()) return
    const told = this.#tellable(error)
    this.#tell(told.code, told.message)
    if (told.retryable || told.code === 'internal')
      this.goodbye(told.code, this.#returnTime(), CLOSE_CODES.tryAgainLater)
    else this.#end(CLOSE_CODES.unauthorized, told.code)
  }

  #tellable(error: unknown): SyncwatchError {
    if (!isSyncwatchError(error)) this.#ports.logger.error({ err: error, session: this.id }, 'a session failed')
    return toTellable(error)
  }

  #helloTimedOut(): void {
    this.#tell('timeout', 'No hello came in time.')
    this.#end(CLOSE_CODES.helloTimeout, 'no hello')
  }

  #giveUpOnSlowClient(): void {
    this.#ports.logger.info({ session: this.id, buffered: this.#transport.bufferedBytes }, 'a client reads too slowly')
    this.goodbye('slow_consumer', this.#returnTime(), CLOSE_CODES.tryAgainLater)
  }

  #cut(reason: string): void {
    this.#ports.logger.debug({ session: this.id, reason }, 'session cut')
    this.#end(CLOSE_CODES.goingAway, reason)
    this.#transport.terminate()
  }

  #end(code: CloseCode, reason: string): void {
    if (this.#isOver()) return
    this.#letGo()
    const timer = this.#ports.clock.setTimeout(() => this.#transport.terminate(), this.#ports.limits.closeMs)
    this.#state = { name: 'closing', timer }
    this.#transport.close(code, reason)
  }

  /** Stops whatever the present state keeps running. */
  #letGo(): void {
    this.#outbox.stop()
    const state = this.#state
    if (state.name === 'greeting' || state.name === 'closing') state.timer.cancel()
    else if (state.name === 'live') state.live.stop()
  }

  #returnTime(): number {
    return 1000 + this.#ports.random.next() * 4000
  }

  #say(frame: DownFrame): void {
    this.#outbox.send(new EncodedFrame(frame))
  }

  #eventId(): string | null {
    const cursor = this.#live()?.cursor
    return cursor ? `${this.#ports.epoch()}:${cursor}` : null
  }

  #isOver(): boolean {
    return this.#state.name === 'closing' || this.#state.name === 'closed'
  }
}

const MAX_WAITING = 16
/** How far the clocks of two machines may run apart, as a share of what they measure. */
const CLOCK_DRIFT = 0.001

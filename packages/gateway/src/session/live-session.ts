import {
  type Clock,
  type Cursor,
  type DownFrame,
  type Hello,
  type Principal,
  parseTopic,
  type Random,
  SyncwatchError,
  type TimerHandle,
  type Topic,
  type UpFrame,
} from '@syncwatch/core'
import type { ConnectionReport } from '@syncwatch/status-manager'
import type { Admission } from '../access/admission.ts'
import type { ConnectionFacts } from '../access/principal.ts'
import { mayFollow } from '../access/topic-access.ts'
import type { Catchup, Channel } from '../channel/channel.ts'
import type { Channels } from '../channel/channels.ts'
import { EncodedFrame } from '../channel/encoded-frame.ts'
import type { Lease } from '../channel/topic-sources.ts'
import type { GatewayLimits } from '../gateway-limits.ts'
import { ConnectionReporter } from './connection-reporter.ts'
import { earliestCursor } from './earliest-cursor.ts'
import { FollowedTopic, type FollowPorts } from './followed-topic.ts'
import { Heartbeat } from './heartbeat.ts'
import type { OpenTopics } from './open-topics.ts'
import type { Outbox } from './outbox.ts'
import type { Pacer } from './pacer.ts'
import type { SessionTransport } from './session-transport.ts'
import { checkFollow, type Subscription } from './wanted-topics.ts'

/** What a live session is given by the session around it. */
export interface LivePorts {
  readonly id: string
  readonly facts: ConnectionFacts
  readonly clock: Clock
  readonly random: Random
  readonly limits: GatewayLimits
  readonly admission: Admission
  readonly channels: Channels
  readonly transport: SessionTransport
  readonly outbox: Outbox
  readonly pacer: Pacer
  reportConnection(report: ConnectionReport): void
  say(frame: DownFrame): void
  /** Answers with an `error` frame; the session goes on. */
  tell(error: unknown): void
  /** Ends the session for this reason. */
  turnAway(error: unknown): void
  /** Ends it without a word. */
  cut(reason: string): void
}

/** The same for everybody. */
const READY = new EncodedFrame({ type: 'ready' })

/** A session from its `welcome` to its end: what it follows, how fast, and for how long its credentials are good. */
export class LiveSession {
  readonly #clientId: string
  readonly #ports: LivePorts
  readonly #followed = new Map<Topic, FollowedTopic>()
  readonly #reporter: ConnectionReporter
  readonly #heartbeat: Heartbeat
  #principal: Principal
  readonly #following: { -readonly [Name in keyof FollowPorts]: FollowPorts[Name] }
  #recheck: TimerHandle
  /** What takes time is done one after the other, in the order asked for. */
  #tail: Promise<void> = Promise.resolve()
  #isReady = false
  #stopped = false

  constructor(clientId: string, principal: Principal, ports: LivePorts) {
    const { clock, random, limits } = ports
    this.#clientId = clientId
    this.#principal = principal
    this.#ports = ports
    this.#following = { outbox: ports.outbox, pacer: ports.pacer, paceMs: 0 }
    this.#reporter = new ConnectionReporter(ports.id, ports.facts, clock, (report) => ports.reportConnection(report))
    const onDead = () => ports.cut('no sign of life')
    this.#heartbeat = new Heartbeat({ clock, random, limits, ping: () => this.#beat(), onDead })
    this.#recheck = this.#planRecheck()
  }

  /** Follows what was opened: from what a resuming client lacks, or from snapshots. */
  begin(
    open: OpenTopics,
    missed: ReadonlyMap<Topic, Catchup> | null,
    { maxHz, reconnectAttempts }: { maxHz: number | null; reconnectAttempts: number },
  ): void {
    if (maxHz !== null) this.#setPace(maxHz)
    // All are there before the first is sent, so that a place to resume from is named only when all of them were sent.
    for (const [topic, lease] of open) this.#followed.set(topic, this.#follow(lease))
    for (const [topic, followed] of this.#followed) followed.begin(missed?.get(topic) ?? null)
    this.#sayReady()
    this.#report(reconnectAttempts)
  }

  /** Throws `frame_invalid` for a topic that cannot be one. */
  handle(frame: UpFrame): void {
    switch (frame.type) {
      case 'ping':
        this.#answerPing(frame.t, frame.latency)
        break
      case 'pace':
        this.#setPace(frame.maxHz)
        break
      case 'subscribe': {
        const subscription = { topic: parseTopic(frame.topic), filter: frame.filter }
        const askedAt = this.#ports.clock.monotonic()
        this.#inTurn(() => this.#subscribe(subscription, askedAt))
        break
      }
      case 'unsubscribe': {
        const topic = parseTopic(frame.topic)
        this.#inTurn(async () => this.#unfollow(topic))
        break
      }
      case 'hello':
        this.#inTurn(() => this.#renew(frame))
        break
    }
  }

  /** The place from which nothing would be missed; null while something was not sent yet. */
  get cursor(): Cursor | null {
    return earliestCursor(this.#followed.values())
  }

  /** Sends what had to wait for room. */
  flush(): void {
    for (const followed of this.#followed.values()) followed.flush()
    this.#sayReady()
  }

  /** Anything at all came from the client. */
  heard(): void {
    const roundTrip = this.#heartbeat.heard()
    if (roundTrip === null) return
    this.#reporter.measured(roundTrip, 'server')
    this.#report()
  }

  stop(): void {
    this.#stopped = true
    this.#heartbeat.stop()
    this.#recheck.cancel()
    for (const followed of this.#followed.values()) followed.stop()
  }

  /** Once each topic has begun; those that had to wait for room have begun when there was some. */
  #sayReady(): void {
    if (this.#isReady || (this.#followed.size > 0 && this.cursor === null)) return
    this.#isReady = true
    this.#ports.outbox.send(READY)
  }

  #follow(lease: Lease<Channel>): FollowedTopic {
    return new FollowedTopic(lease, this.#following)
  }

  #unfollow(topic: Topic): void {
    this.#followed.get(topic)?.stop()
    this.#followed.delete(topic)
  }

  /** Topics that are asked for together share a reading. */
  async #subscribe({ topic, filter }: Subscription, askedAt: number): Promise<void> {
    const { channels, limits } = this.#ports
    const check = () => checkFollow(topic, this.#principal.role, this.#followed, limits.maxTopics)
    check()
    const lease = await channels.acquire(topic, filter)
    try {
      // While the database is away, what is known here is all there is.
      await channels.upTo(askedAt, 'soon').catch(() => {})
      // The role may be another one by now.
      check()
    } catch (error) {
      lease.release()
      throw error
    }
    if (this.#stopped) {
      lease.release()
      return
    }
    this.#unfollow(topic)
    const followed = this.#follow(lease)
    this.#followed.set(topic, followed)
    followed.begin(null)
  }

  #setPace(maxHz: number): void {
    this.#following.paceMs = 1000 / maxHz
    for (const followed of this.#followed.values()) followed.repace(this.#following.paceMs)
  }

  #answerPing(t: number, latency: number | undefined): void {
    if (latency !== undefined) this.#reporter.measured(latency, 'client')
    const serverTime = new Date(this.#ports.clock.now()).toISOString()
    if (this.#ports.outbox.hasRoom()) this.#ports.say({ type: 'pong', t, serverTime })
    this.#report()
  }

  /** An event stream cannot answer: there silence proves nothing, and the stream itself tells when its reader is gone. */
  #beat(): boolean {
    const answers = this.#ports.transport.name === 'websocket'
    this.#ports.transport.ping()
    for (const followed of this.#followed.values()) followed.advance()
    if (!answers) this.#report()
    return answers
  }

  /** A second hello shows a fresh ticket, so that a long session need not reconnect. */
  async #renew(hello: Hello): Promise<void> {
    if (hello.ticket === undefined) throw new SyncwatchError('frame_invalid', 'A second hello shows a new ticket.')
    try {
      this.#confirm(await this.#ports.admission.admit(this.#ports.facts, hello.ticket))
    } catch (error) {
      if (!this.#stopped) this.#ports.turnAway(error)
    }
  }

  #planRecheck(): TimerHandle {
    const timer = this.#ports.clock.setTimeout(() => {
      this.#checkAgain().catch((error) => this.#ports.turnAway(error))
    }, this.#ports.limits.recheckMs)
    timer.unref()
    return timer
  }

  async #checkAgain(): Promise<void> {
    const principal = await this.#ports.admission.recheck(this.#ports.facts, this.#principal)
    if (principal) this.#confirm(principal)
    else throw new SyncwatchError('unauthorized', 'The credentials have expired. Come back with a new ticket.')
  }

  /** Goes on under the same name, with the role it has by now. */
  #confirm(principal: Principal): void {
    if (this.#stopped) return
    if (principal.name !== this.#principal.name)
      throw new SyncwatchError('unauthorized', 'These credentials are of somebody else. Open a new session for them.')
    this.#principal = principal
    this.#recheck.cancel()
    this.#recheck = this.#planRecheck()
    for (const topic of [...this.#followed.keys()]) {
      if (mayFollow(principal.role, topic)) continue
      this.#unfollow(topic)
      this.#ports.tell(new SyncwatchError('forbidden', `Your role may no longer follow ${topic}.`))
    }
  }

  #report(reconnectAttempts?: number): void {
    this.#reporter.report(this.#clientId, this.#principal.role, reconnectAttempts)
  }

  /** What fails is told, and changes nothing. */
  #inTurn(work: () => Promise<void>): void {
    this.#tail = this.#tail.then(() => (this.#stopped ? undefined : work())).catch((error) => this.#ports.tell(error))
  }
}

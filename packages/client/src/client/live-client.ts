import {
  type Clock,
  type DownFrame,
  type Hello,
  type OperationFilter,
  PROTOCOL_VERSION,
  type Random,
  type TimerHandle,
  type Welcome,
} from '@syncwatch/core'
import { ConnectionDriver } from '../connection/connection-driver.ts'
import { smoothLatency } from '../connection/latency.ts'
import type { MachineEvent } from '../connection/machine-event.ts'
import { presentConnection } from '../connection/present-connection.ts'
import type { Environment } from '../environment/environment.ts'
import type { ClientError } from '../http/client-error.ts'
import type { HttpClient } from '../http/http-client.ts'
import { applyFrames } from '../state/apply-frame.ts'
import { initialSyncStatusState } from '../state/initial-state.ts'
import { reduce } from '../state/reduce.ts'
import type { StatusReport, SyncStatusEvent } from '../state/sync-status-event.ts'
import type { SyncStatusState } from '../state/sync-status-state.ts'
import type { Transport, TransportClose } from '../transport/transport.ts'
import type { TopicRequest } from './client-options.ts'
import { Emitter } from './emitter.ts'
import { Follows } from './follows.ts'
import { isFatalCode, isTicketCode } from './refusals.ts'
import type { SyncClient } from './sync-client.ts'
import type { SyncClientEvents } from './sync-client-events.ts'
import { type TicketOptions, TicketSource } from './ticket-source.ts'
import { TopicCursors } from './topic-cursors.ts'

export interface LiveClientOptions {
  clientId: string
  clock: Clock
  random: Random
  http: HttpClient
  environment: Environment
  transports: readonly [Transport, ...Transport[]]
  topics: readonly TopicRequest[]
  keepEndedMs: number
  initialReport: StatusReport | undefined
  tickets: TicketOptions
}

const GOODBYE = 'The server closed the session. It is tried again.'
const PRUNE_EVERY_MS = 60_000
/** So many new snapshots of one topic in one session, and the session itself is given up. */
const MAX_RESNAPSHOTS = 3

interface ClientNotices extends SyncClientEvents {
  changed: undefined
}

/** The client over its parts: the driver keeps a session, frames go into the state, gaps ask for snapshots. */
export class LiveClient implements SyncClient {
  readonly clientId: string
  readonly http: HttpClient
  readonly #options: LiveClientOptions
  readonly #driver: ConnectionDriver
  readonly #emitter = new Emitter<ClientNotices>()
  readonly #follows: Follows
  readonly #cursors = new TopicCursors()
  readonly #tickets: TicketSource
  readonly #resnapshots = new Map<string, number>()
  #state: SyncStatusState
  #pruning: TimerHandle | null = null

  constructor(options: LiveClientOptions) {
    const { clock, random, environment, transports } = options
    this.clientId = options.clientId
    this.http = options.http
    this.#options = options
    this.#state = initialSyncStatusState(options.initialReport)
    this.#follows = new Follows(options.topics)
    this.#tickets = new TicketSource(options.tickets)
    this.#driver = new ConnectionDriver({
      clock,
      random,
      environment,
      transports,
      owner: {
        hello: (isFresh) => this.#hello(isFresh),
        helloFailed: (error) => this.#helloFailed(error),
        closed: (reason) => this.#judge(reason),
        frame: (frame) => this.#onFrame(frame),
        garbage: () => this.#startOver('The server sent something that is not a frame.'),
        changed: (state, now) => this.apply({ type: 'connection', connection: presentConnection(state, now) }),
      },
    })
  }

  start(): void {
    this.#driver.dispatch({ type: 'start' })
    this.#schedulePruning()
  }

  stop(): void {
    this.#driver.dispatch({ type: 'stop' })
    this.#pruning?.cancel()
    this.#pruning = null
  }

  retryNow(): void {
    this.#driver.dispatch({ type: 'retry-now' })
  }

  getState(): SyncStatusState {
    return this.#state
  }

  subscribe(listener: () => void): () => void {
    return this.#emitter.on('changed', () => listener())
  }

  on<Name extends keyof SyncClientEvents>(name: Name, listener: (event: SyncClientEvents[Name]) => void): () => void {
    return this.#emitter.on(name, listener as (event: ClientNotices[Name]) => void)
  }

  follow(topic: string, filter?: OperationFilter): () => void {
    if (this.#follows.add(topic, filter)) this.#subscribe(topic)
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      this.#unfollow(topic, filter)
    }
  }

  apply(event: SyncStatusEvent): void {
    this.#commit(event, reduce(this.#state, event))
  }

  #commit(event: SyncStatusEvent, next: SyncStatusState): void {
    const before = this.#state
    if (next === before) return
    this.#state = next
    this.#emitter.emit('applied', event)
    if (next.connection !== before.connection) this.#emitter.emit('connection', next.connection)
    this.#emitter.emit('changed', undefined)
  }

  #unfollow(topic: string, filter: OperationFilter | undefined): void {
    const outcome = this.#follows.remove(topic, filter)
    if (outcome === 'changed') this.#subscribe(topic)
    if (outcome !== 'ended') return
    this.#cursors.forget(topic)
    // Where there is no way up the stream simply goes on; its rows of this topic are no longer taken in.
    if (this.#driver.state.name === 'connected') this.#driver.send({ type: 'unsubscribe', topic })
    this.apply({ type: 'topic-dropped', topic })
  }

  /** Asks for a topic, or for another filter of it. Before the session is welcome, its hello says so. */
  #subscribe(topic: string): void {
    this.#cursors.forget(topic)
    const { name } = this.#driver.state
    const isSent =
      name === 'connected' && this.#driver.send({ type: 'subscribe', ...this.#follows.subscription(topic) })
    // An attempt under way has said its hello with the topics of before.
    if (!isSent && (name === 'connected' || name === 'connecting')) this.#driver.dispatch({ type: 'reopen' })
  }

  async #hello(isFresh: boolean): Promise<Hello> {
    if (isFresh) this.#initialise()
    const ticket = await this.#tickets.next()
    const topics = this.#follows.all()
    const resume = this.#cursors.resume(topics.map(({ topic }) => topic))
    return {
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      clientId: this.clientId,
      reconnectAttempts: this.#driver.state.memory.failures,
      topics,
      ...(ticket !== undefined && { ticket }),
      ...(resume && { resume }),
    }
  }

  /** After three failures nothing of before is trusted: no cursor, and the status over HTTP while the session is set up. */
  #initialise(): void {
    this.#cursors.clear()
    this.#emitter.emit('reinitialised', { attempt: this.#driver.state.memory.failures })
    this.http.status().then(
      (overview) => this.apply({ type: 'overview', overview, at: this.#isoNow() }),
      (error: ClientError) => this.#problem(error.code, error.message),
    )
  }

  #helloFailed(error: unknown): MachineEvent {
    const { code = 'internal', message, details } = error as ClientError
    if (this.#tickets.isFinal(error)) return { type: 'refused', code, message }
    const retryAfterMs = details?.retryAfterMs
    return {
      type: 'closed',
      reason: { code, message: String(message), ...(typeof retryAfterMs === 'number' && { retryAfterMs }) },
    }
  }

  #onFrame(frame: DownFrame): void {
    this.#emitter.emit('frame', frame)
    switch (frame.type) {
      case 'welcome':
        this.#onWelcome(frame)
        break
      case 'snapshot':
      case 'delta':
        this.#onRows(frame)
        break
      case 'pong':
        this.#onPong(frame.t, frame.serverTime)
        break
      case 'goodbye':
        this.#endSession({ code: frame.code, message: GOODBYE, retryAfterMs: frame.retryAfterMs })
        break
      case 'error':
        this.#problem(frame.code, frame.message)
        if (isFatalCode(frame.code) || isTicketCode(frame.code)) this.#endSession(frame)
        break
    }
  }

  #onWelcome(frame: Welcome): void {
    if (frame.protocol !== PROTOCOL_VERSION) {
      const message = `The server speaks protocol ${frame.protocol}, this page ${PROTOCOL_VERSION}. Reload the page.`
      this.#driver.dispatch({ type: 'refused', code: 'protocol_unsupported', message })
      return
    }
    this.#tickets.accepted()
    this.#resnapshots.clear()
    this.#cursors.welcome(frame.epoch, frame.resumed)
    const serverTimeOffset = Date.parse(frame.serverTime) - this.#options.clock.now() || 0
    this.apply({ type: 'connection', connection: { role: frame.role, serverTimeOffset } })
    this.#driver.dispatch({ type: 'welcomed' })
  }

  #onRows(frame: Extract<DownFrame, { type: 'snapshot' | 'delta' }>): void {
    const { topic } = frame
    if (!this.#follows.has(topic)) return
    // Until the snapshot that was asked for is in, deltas of the topic have nothing to stand on.
    if (frame.type === 'delta' && !this.#cursors.has(topic)) return
    if (this.#cursors.isOutdated(frame)) this.apply({ type: 'topic-dropped', topic })
    this.#cursors.read(topic, frame.cursor)
    const { state, gaps, ended } = applyFrames(this.#state, [frame])
    const at = this.#isoNow()
    if (state !== this.#state) this.#commit({ type: 'frames', frames: [frame], at }, { ...state, lastUpdate: at })
    for (const operation of ended) this.#emitter.emit('ended', operation)
    for (const gap of gaps) this.#resnapshot(gap)
  }

  /** Asks for a new snapshot of a topic that is out of step; a session that needs that again and again is given up. */
  #resnapshot(topic: string): void {
    const count = (this.#resnapshots.get(topic) ?? 0) + 1
    this.#resnapshots.set(topic, count)
    if (count > MAX_RESNAPSHOTS) {
      this.#startOver('The stream does not fit together.')
      return
    }
    this.#emitter.emit('resnapshot', { topic })
    this.#subscribe(topic)
  }

  /** Ends the session and begins another one from snapshots. */
  #startOver(message: string): void {
    this.#cursors.clear()
    this.#problem('frame_invalid', message)
    this.#driver.dispatch({ type: 'closed', reason: { code: 'frame_invalid', message } })
  }

  #onPong(t: number, serverTime: string): void {
    const { clock } = this.#options
    const roundTrip = clock.monotonic() - t
    const now = clock.now()
    const latency = smoothLatency(this.#state.connection.latency, roundTrip)
    const offset = Date.parse(serverTime) - (now - roundTrip / 2)
    const serverTimeOffset = Number.isNaN(offset) ? this.#state.connection.serverTimeOffset : Math.round(offset)
    this.apply({
      type: 'connection',
      connection: { latency, serverTimeOffset, lastPing: new Date(now).toISOString() },
    })
    this.#driver.dispatch({ type: 'pong' })
  }

  #endSession({ code, message, retryAfterMs }: TransportClose): void {
    this.#driver.dispatch(this.#judge({ code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) }))
  }

  /** Whether the end of a session is for good: what must change first, or credentials that were refused again. */
  #judge(reason: TransportClose): MachineEvent {
    const { code, message } = reason
    const isFinal = isFatalCode(code) || (isTicketCode(code) && this.#tickets.refused())
    return isFinal ? { type: 'refused', code, message } : { type: 'closed', reason }
  }

  #problem(code: string, message: string): void {
    this.#emitter.emit('problem', { code, message })
  }

  #schedulePruning(): void {
    this.#pruning?.cancel()
    this.#pruning = this.#options.clock.setTimeout(() => {
      const endedBefore = new Date(this.#options.clock.now() - this.#options.keepEndedMs).toISOString()
      this.apply({ type: 'prune', endedBefore })
      this.#schedulePruning()
    }, PRUNE_EVERY_MS)
    this.#pruning.unref()
  }

  #isoNow(): string {
    return new Date(this.#options.clock.now()).toISOString()
  }
}

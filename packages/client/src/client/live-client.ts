import { type Clock, type DownFrame, type Hello, PROTOCOL_VERSION, type Random, type Welcome } from '@syncwatch/core'
import { type ConnectionDriver, createConnectionDriver } from '../connection/connection-driver.ts'
import { presentConnection } from '../connection/present-connection.ts'
import type { Environment } from '../environment/environment.ts'
import { isoTime } from '../environment/iso-time.ts'
import type { ClientError } from '../http/client-error.ts'
import type { HttpClient } from '../http/http-client.ts'
import { initialSyncStatusState } from '../state/initial-state.ts'
import type { StatusReport } from '../state/sync-status-event.ts'
import { SESSION_ENDED, type Transport, type TransportClose } from '../transport/transport.ts'
import type { TopicRequest } from './client-options.ts'
import { endsSession, judgeEnd, judgeHelloFailure } from './endings.ts'
import { createInterval } from './interval.ts'
import { createLiveState } from './live-state.ts'
import { createLiveTopics } from './live-topics.ts'
import { measurePong } from './server-clock.ts'
import type { SyncClient } from './sync-client.ts'
import type { TicketSource } from './ticket-source.ts'

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
  tickets: TicketSource
}

const PRUNE_EVERY_MS = 60_000
/** A gateway checks credentials again after 30 minutes at most. */
const RENEW_EVERY_MS = 20 * 60_000

/** The client over its parts: the driver keeps a session, topics take its rows into the state, endings are judged. */
export function createLiveClient(options: LiveClientOptions): SyncClient {
  const { clientId, http, clock, tickets, topics: requests } = options
  const live = createLiveState(initialSyncStatusState(options.initialReport), clock)
  /** What the server's clock showed when our monotonic one stood at nought: our own wall clock may be hours off. */
  let serverStart = 0
  const pruning = createInterval(clock, PRUNE_EVERY_MS, () => {
    live.apply({ type: 'prune', endedBefore: isoTime(serverStart + clock.monotonic() - options.keepEndedMs) })
  })
  const renewal = createInterval(clock, RENEW_EVERY_MS, () => void renew())
  const driver: ConnectionDriver = createConnectionDriver({
    ...options,
    owner: {
      hello: async () => helloWith(await tickets.next()),
      restart,
      helloFailed: judgeHelloFailure,
      closed: (reason) => judgeEnd(reason, tickets),
      frame: take,
      garbage: () => topics.startOver(),
      changed: (state, now) => live.apply({ type: 'connection', connection: presentConnection(state, now) }),
    },
  })
  const topics = createLiveTopics({ topics: requests, live, driver, clock })
  const problem = ({ code = 'internal', message }: Partial<ClientError>) =>
    live.emit('problem', { code, message: `${message}` })
  const end = (reason: TransportClose) => driver.dispatch(judgeEnd(reason, tickets))

  /**
   * After three failures: no cursor, and the status over HTTP while there is no session. What comes after the next hello is too
   * late: that hello knew nothing of it, and its session might take it back.
   */
  function restart(isPresent: () => boolean): void {
    topics.restart()
    live.emit('reinitialised', { attempt: driver.state().memory.failures })
    const show = (overview: StatusReport) =>
      isPresent() && live.apply({ type: 'overview', overview, at: isoTime(clock.now()) })
    http.status().then(show, problem)
  }

  const helloWith = (ticket: string | undefined): Hello => ({
    type: 'hello',
    protocol: PROTOCOL_VERSION,
    clientId,
    reconnectAttempts: driver.state().memory.failures,
    quietMs: live.quietMs(),
    ...topics.hello(),
    ...(ticket !== undefined && { ticket }),
  })

  /** Shows a fresh ticket within the session. Where none is to be had the server judges by itself, when it checks again. */
  async function renew(): Promise<void> {
    const show = (ticket: string | undefined) =>
      ticket !== undefined && driver.state().name === 'connected' && driver.send(helloWith(ticket))
    await tickets.next().then(show, problem)
  }

  function take(frame: DownFrame): void {
    live.emit('frame', frame)
    switch (frame.type) {
      case 'welcome':
        welcome(frame)
        break
      case 'snapshot':
      case 'delta':
        topics.take(frame)
        break
      case 'ready':
        driver.dispatch(frame)
        topics.ready()
        renewal.start()
        break
      case 'pong':
        live.apply({ type: 'connection', connection: measurePong(frame, live.get().connection, clock) })
        driver.dispatch({ type: 'pong' })
        break
      case 'goodbye':
        end({ ...frame, message: SESSION_ENDED })
        break
      case 'error':
        problem(frame)
        if (endsSession(frame.code)) end(frame)
    }
  }

  function welcome(frame: Welcome): void {
    const { protocol, role } = frame
    if (protocol !== PROTOCOL_VERSION) {
      const message = `The server speaks protocol ${protocol}, this page ${PROTOCOL_VERSION}: reload it.`
      driver.dispatch({ type: 'refused', code: 'protocol_unsupported', message })
      return
    }
    tickets.accepted()
    const serverTimeOffset = Date.parse(frame.serverTime) - clock.now() || 0
    serverStart = clock.now() - clock.monotonic() + serverTimeOffset
    live.apply({ type: 'connection', connection: { role, serverTimeOffset } })
    driver.dispatch({ type: 'opened' })
    topics.welcome(frame)
  }

  return {
    clientId,
    http,
    start: () => {
      driver.dispatch({ type: 'start' })
      pruning.start()
    },
    stop: () => {
      driver.dispatch({ type: 'stop' })
      pruning.stop()
      renewal.stop()
    },
    retryNow: () => driver.dispatch({ type: 'retry-now' }),
    getState: live.get,
    subscribe: (listener) => live.on('changed', listener),
    on: live.on,
    follow: topics.follow,
    apply: live.apply,
  }
}

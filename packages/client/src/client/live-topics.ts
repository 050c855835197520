import type { Clock, DownFrame, Hello, OperationFilter, Welcome } from '@syncwatch/core'
import type { ConnectionDriver } from '../connection/connection-driver.ts'
import { isoTime } from '../environment/iso-time.ts'
import { applyFrames } from '../state/apply-frame.ts'
import { stamped } from '../state/reduce.ts'
import type { TopicRequest } from './client-options.ts'
import { createFollows } from './follows.ts'
import type { LiveState } from './live-state.ts'
import { createTopicCursors } from './topic-cursors.ts'

/** So many new snapshots of one topic in one session, and the session itself is given up. */
const MAX_RESNAPSHOTS = 3

/** The topics that are followed: who wants them, how far they were read, and their rows on the way into the state. */
export interface LiveTopics {
  follow(topic: string, filter?: OperationFilter): () => void
  /** What a hello says of them. */
  hello(): Pick<Hello, 'topics' | 'resume'>
  /** A session begins. */
  welcome(frame: Welcome): void
  /** The session stands. */
  ready(): void
  take(frame: Extract<DownFrame, { type: 'snapshot' | 'delta' }>): void
  /** Everything is to be read anew. */
  restart(): void
  /** Ends the session; the next one begins from snapshots. */
  startOver(): void
}

export interface LiveTopicsOptions {
  topics: readonly TopicRequest[]
  live: LiveState
  driver: ConnectionDriver
  clock: Clock
}

export function createLiveTopics({ topics, live, driver, clock }: LiveTopicsOptions): LiveTopics {
  const follows = createFollows(topics)
  const cursors = createTopicCursors()
  let resnapshots: Record<string, number> = {}
  /** What the last hello asked for. */
  let said = ''

  /** Asks for a topic, or for another filter of it. Before the session is ready, its hello says so, or it is asked for then. */
  function subscribe(topic: string): void {
    cursors.read.delete(topic)
    if (driver.state().name !== 'connected') return
    if (!driver.send({ type: 'subscribe', ...follows.subscription(topic) })) driver.dispatch({ type: 'reopen' })
  }

  function unfollow(topic: string, filter: OperationFilter | undefined): void {
    const isChanged = follows.remove(topic, filter)
    if (follows.has(topic)) {
      if (isChanged) subscribe(topic)
      return
    }
    cursors.read.delete(topic)
    // Where there is no way up the stream simply goes on; its rows of this topic are no longer taken in.
    if (driver.state().name === 'connected') driver.send({ type: 'unsubscribe', topic })
    live.apply({ type: 'topic-dropped', topic })
  }

  function startOver(): void {
    const problem = { code: 'frame_invalid', message: 'What the server sends does not fit.' }
    cursors.read.clear()
    live.emit('problem', problem)
    driver.dispatch({ type: 'closed', reason: problem })
  }

  /** Asks for a new snapshot of a topic that is out of step; a session that needs that again and again, or as it begins, is given up. */
  function resnapshot(topic: string): void {
    const count = (resnapshots[topic] ?? 0) + 1
    resnapshots[topic] = count
    if (count > MAX_RESNAPSHOTS || driver.state().name !== 'connected') {
      startOver()
      return
    }
    live.emit('resnapshot', { topic })
    subscribe(topic)
  }

  return {
    follow: (topic, filter) => {
      if (follows.add(topic, filter)) subscribe(topic)
      let isOver = false
      return () => {
        if (!isOver) unfollow(topic, filter)
        isOver = true
      }
    },
    hello: () => {
      const topics = follows.all()
      said = JSON.stringify(topics)
      const resume = cursors.resume(topics.map(({ topic }) => topic))
      return { topics, ...(resume && { resume }) }
    },
    welcome: ({ epoch, resumed }) => {
      resnapshots = {}
      cursors.welcome(epoch, resumed)
    },
    ready: () => {
      // What was followed between the two.
      for (const each of follows.all()) if (!said.includes(JSON.stringify(each))) subscribe(each.topic)
    },
    take: (frame) => {
      const { topic, type } = frame
      // Until the snapshot that was asked for is in, deltas of the topic have nothing to stand on.
      if (!follows.has(topic) || (type === 'delta' && !cursors.read.has(topic))) return
      if (type === 'snapshot' && cursors.isOutdated(topic)) live.apply({ type: 'topic-dropped', topic })
      cursors.read.set(topic, frame.cursor)
      const before = live.get()
      const { state, gaps, ended } = applyFrames(before, [frame])
      const at = isoTime(clock.now())
      live.commit({ type: 'frames', frames: [frame], at }, stamped(before, state, at))
      for (const operation of ended) live.emit('ended', operation)
      gaps.forEach(resnapshot)
    },
    restart: () => cursors.read.clear(),
    startOver,
  }
}

import type { Clock, Cursor, OperationCounts, Snapshot, Topic } from '@syncwatch/core'
import type { TopicBatch } from '@syncwatch/status-manager'
import { ChangeLog } from './change-log.ts'
import { cursorFrame, deltaFrames } from './delta-frames.ts'
import { EncodedFrame } from './encoded-frame.ts'
import type { RowWindow } from './row-window.ts'
import type { TopicSource } from './topic-sources.ts'

/**
 * Somebody who follows a channel. Told at each step, with one time (monotonic) for all; asks for frames when it may send.
 * Must not throw.
 */
export interface ChannelMember {
  channelChanged(now: number): void
}

/** How a channel makes its snapshot, and a number or text that changes whenever the snapshot would. */
export interface SnapshotMaker {
  version(): string
  make(cursor: Cursor, rows: ReturnType<RowWindow['rows']>): Snapshot
}

/** Frames that bring a member up to the latest step. */
export interface Catchup {
  readonly frames: readonly EncodedFrame[]
  readonly step: number
  readonly cursor: Cursor
}

/**
 * One topic through one filter, for all the sessions that follow it so. Rows are windowed once, logged once and encoded
 * once: a member is only a place in the log. All of it is synchronous, so nothing slips between a snapshot and the
 * deltas after it.
 */
export class Channel {
  readonly topic: Topic
  readonly #source: TopicSource
  readonly #window: RowWindow
  readonly #snapshots: SnapshotMaker
  readonly #clock: Clock
  readonly #log: ChangeLog
  readonly #members = new Set<ChannelMember>()
  readonly #stop: () => void
  #counts: OperationCounts | null
  #countsStep = 0
  #snapshot: { key: string; catchup: Catchup } | null = null
  #cursorFrame: { cursor: Cursor; frame: EncodedFrame } | null = null
  readonly #deltas = new Map<number, Catchup | null>()
  readonly #resumes = new Map<Cursor, Catchup | null>()

  constructor(source: TopicSource, window: RowWindow, snapshots: SnapshotMaker, clock: Clock) {
    this.topic = source.view.topic
    this.#source = source
    this.#window = window
    this.#snapshots = snapshots
    this.#clock = clock
    this.#counts = source.view.counts()
    this.#log = new ChangeLog(source.view.cursor)
    this.#stop = source.onBatch((batch) => this.#apply(batch))
  }

  get step(): number {
    return this.#log.step
  }

  get cursor(): Cursor {
    return this.#source.view.cursor
  }

  join(member: ChannelMember): () => void {
    this.#members.add(member)
    return () => void this.#members.delete(member)
  }

  close(): void {
    this.#stop()
    this.#members.clear()
  }

  /** All of it, as of now. */
  snapshot(): Catchup {
    const key = `${this.step} ${this.cursor} ${this.#snapshots.version()}`
    if (this.#snapshot?.key !== key) {
      const frame = new EncodedFrame(this.#snapshots.make(this.cursor, this.#window.rows()))
      this.#snapshot = { key, catchup: { frames: [frame], step: this.step, cursor: this.cursor } }
    }
    return this.#snapshot.catchup
  }

  /** What a member that has seen `step` is due: deltas, or a snapshot where it is too far behind. */
  since(step: number): Catchup {
    let catchup = this.#deltas.get(step)
    if (catchup === undefined) {
      catchup = this.#buildSince(step)
      this.#deltas.set(step, catchup)
    }
    return catchup ?? this.snapshot()
  }

  /** What a replica that was complete at `cursor` lacks; null when only a snapshot will do. */
  resume(cursor: Cursor): Catchup | null {
    let catchup = this.#resumes.get(cursor)
    if (catchup === undefined) {
      catchup = this.#buildResume(cursor)
      if (this.#resumes.size >= MAX_CACHED_RESUMES) this.#resumes.clear()
      this.#resumes.set(cursor, catchup)
    }
    return catchup
  }

  /** Tells a member without anything due how far the topic has been read, so that its cursor does not grow old. */
  advance(): EncodedFrame {
    if (this.#cursorFrame?.cursor !== this.cursor) {
      this.#cursorFrame = { cursor: this.cursor, frame: new EncodedFrame(cursorFrame(this.topic, this.cursor)) }
    }
    return this.#cursorFrame.frame
  }

  #apply(batch: TopicBatch): void {
    this.#resumes.clear()
    const { changes, removed } = this.#window.apply(batch)
    const counted = batch.counts !== null && !sameCounts(batch.counts, this.#counts)
    if (changes.length === 0 && removed.length === 0 && !counted) return
    this.#deltas.clear()
    this.#log.record(changes, removed, batch.cursor)
    if (counted) {
      this.#counts = batch.counts
      this.#countsStep = this.step
    }
    const now = this.#clock.monotonic()
    for (const member of this.#members) member.channelChanged(now)
  }

  #buildSince(step: number): Catchup | null {
    const stretch = this.#log.since(step)
    if (!stretch) return null
    const counts = this.#countsStep > step ? this.#counts : null
    const cursor = this.cursor
    const frames = deltaFrames({ ...stretch, topic: this.topic, to: cursor, counts })
    return { frames: frames.map((frame) => new EncodedFrame(frame)), step: this.step, cursor }
  }

  #buildResume(from: Cursor): Catchup | null {
    const missed = this.#window.since(from)
    if (!missed) return null
    const content = { topic: this.topic, from, to: this.cursor, counts: this.#counts }
    const frames = deltaFrames({ ...content, full: [...missed.rows], progress: [], removed: [...missed.removed] })
    return { frames: frames.map((frame) => new EncodedFrame(frame)), step: this.step, cursor: this.cursor }
  }
}

const MAX_CACHED_RESUMES = 64

function sameCounts(left: OperationCounts, right: OperationCounts | null): boolean {
  if (!right) return false
  return (Object.keys(left) as (keyof OperationCounts)[]).every((status) => left[status] === right[status])
}

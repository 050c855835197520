import type { LiveRow } from '@syncwatch/core'
import type { RowChange, TopicBatch, TopicView } from '@syncwatch/status-manager'

/** What a batch means to those who see a part of the topic. */
export interface WindowChange {
  readonly changes: readonly RowChange[]
  readonly removed: readonly string[]
}

/** Rows to go on with from a cursor. */
export interface WindowResume {
  readonly rows: readonly LiveRow[]
  readonly removed: readonly string[]
}

/** Which rows of a topic a channel shows. The rows themselves are the hub's. */
export interface RowWindow {
  rows(): readonly LiveRow[]
  apply(batch: TopicBatch): WindowChange
  /** What a replica that was complete at `cursor` lacks; null when that cannot be told, or is more than a snapshot. */
  since(cursor: string): WindowResume | null
}

/** Shows a topic whole. */
export class WholeWindow implements RowWindow {
  readonly #view: TopicView

  constructor(view: TopicView) {
    this.#view = view
  }

  rows(): readonly LiveRow[] {
    return this.#view.rows()
  }

  apply(batch: TopicBatch): WindowChange {
    return batch
  }

  since(cursor: string): WindowResume | null {
    return this.#view.since(cursor)
  }
}

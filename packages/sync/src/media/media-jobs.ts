import { type Clock, isSyncwatchError, type TimerHandle } from '@syncwatch/core'
import { query, transaction } from '@syncwatch/database'
import type { SyncStatus } from '@syncwatch/status-manager'
import type { Pool } from 'pg'
import type { MediaLibrary } from '../library/media-library.ts'
import type { ImageFacts, MediaInspector } from '../ports/media-inspector.ts'
import type { Vault } from '../ports/vault.ts'
import { DAMAGED_IMAGE } from './damaged-image.ts'
import { THUMBNAIL_NAME } from './thumbnail-name.ts'

export interface MediaJobsOptions {
  readonly pool: Pool
  readonly library: MediaLibrary
  readonly vault: Vault
  readonly inspector: MediaInspector
  /** Where the items are that brought an image in. */
  readonly status: Pick<SyncStatus, 'remarkOnItems'>
  readonly clock: Clock
  /** Images at a time on this node; 1 by default, so that a sync keeps the machine. */
  readonly concurrency?: number
  /** Milliseconds between looks when nothing called `kick`; 5,000 by default. */
  readonly intervalMs?: number
  /** Told why an image was not done, unless the image itself is broken. */
  readonly onError?: (error: unknown) => void
}

/** How long a taken image is left alone before another node takes it: a killed worker's work comes up again then. */
const TAKEN_SECONDS = 60
const MAX_ATTEMPTS = 3
const BATCH = 16

interface Pending {
  readonly sha256: string
  readonly attempts: number
}

/**
 * Dimensions and thumbnails, by content: equal files are looked at once. Work of its own beside the sync, shared by all
 * nodes through the table `media_derivatives`. A broken image is recorded as such, also on the items that brought it in, and never
 * tried for ever.
 */
export class MediaJobs {
  readonly #options: MediaJobsOptions
  #timer: TimerHandle | undefined
  #working: Promise<void> | undefined
  #again = false
  #stopped = true

  constructor(options: MediaJobsOptions) {
    this.#options = options
  }

  start(): void {
    this.#stopped = false
    this.kick()
  }

  /** Finishes the images under way and leaves the rest to the next start. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer?.cancel()
    await this.#working
  }

  /** Looks for work now, rather than at the next interval. */
  kick(): void {
    if (this.#stopped) return
    this.#again = true
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined
      if (!this.#stopped) this.#waitForNext()
    })
  }

  /** Resolves when nothing is due any more. */
  async drain(): Promise<void> {
    this.kick()
    while (this.#working !== undefined) await this.#working
  }

  #waitForNext(): void {
    this.#timer?.cancel()
    this.#timer = this.#options.clock.setTimeout(() => this.kick(), this.#options.intervalMs ?? 5_000)
    this.#timer.unref()
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false
      // The database being away is nothing new to anybody: the next interval looks again.
      const batch = await this.#take().catch(() => [])
      if (batch.length > 0) this.#again = true
      await this.#perform(batch)
    }
  }

  async #perform(batch: readonly Pending[]): Promise<void> {
    const queue = batch.values()
    const worker = async () => {
      for (const pending of queue) {
        if (this.#stopped) return
        await this.#performOne(pending).catch((error: unknown) => this.#options.onError?.(error))
      }
    }
    await Promise.all(Array.from({ length: this.#options.concurrency ?? 1 }, worker))
  }

  /** The newest first: they are what a person who watches the library sees first. */
  async #take(): Promise<Pending[]> {
    return query<Pending & Record<string, unknown>>(
      this.#options.pool,
      `UPDATE syncwatch.media_derivatives SET attempts = attempts + 1, due_at = now() + $1 * interval '1 second'
       WHERE (sha256, kind) IN (
         SELECT sha256, kind FROM syncwatch.media_derivatives
         WHERE state = 'pending' AND kind = 'thumbnail' AND due_at <= now()
         ORDER BY due_at DESC LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING sha256, attempts`,
      [TAKEN_SECONDS, BATCH],
    )
  }

  async #performOne(pending: Pending): Promise<void> {
    try {
      const facts = await this.#inspect(pending.sha256)
      await this.#options.vault.putDerivative(pending.sha256, THUMBNAIL_NAME, facts.thumbnail)
      await this.#recordDone(pending.sha256, facts)
    } catch (error) {
      const code = isSyncwatchError(error) ? error.code : 'internal'
      if (code !== DAMAGED_IMAGE.error_code) this.#options.onError?.(error)
      // What is broken stays broken, and what is away comes back: only that which nobody understands is given up on.
      const isAway = code === 'store_unavailable' || code === 'database_unavailable'
      if (code === DAMAGED_IMAGE.error_code) await this.#remark(pending.sha256)
      if (code === DAMAGED_IMAGE.error_code || (!isAway && pending.attempts >= MAX_ATTEMPTS))
        await this.#recordFailure(pending.sha256, code)
      // Once more for those that came in between: until it was recorded they could not know it.
      if (code === DAMAGED_IMAGE.error_code) await this.#remark(pending.sha256)
    }
  }

  async #inspect(sha256: string): Promise<ImageFacts> {
    const { vault, inspector, library, pool } = this.#options
    if (await vault.has(sha256)) return inspector.inspect(await vault.read(sha256))
    const [asset] = await query<{ id: string }>(
      pool,
      'SELECT id FROM syncwatch.media_assets WHERE sha256 = $1 AND trashed_at IS NULL LIMIT 1',
      [sha256],
    )
    const content = await library.content(asset?.id ?? '')
    try {
      return await inspector.inspect(content.stream)
    } finally {
      await content.close()
    }
  }

  /** The assets are written too, so that whoever watches them is told. */
  async #recordDone(sha256: string, facts: ImageFacts): Promise<void> {
    await transaction(this.#options.pool, async (client) => {
      await query(
        client,
        `INSERT INTO syncwatch.media_derivatives (sha256, kind, state, width, height, size, mime_type)
         VALUES ($1, 'dimensions', 'done', $2, $3, NULL, NULL), ($1, 'thumbnail', 'done', NULL, NULL, $4, 'image/webp')
         ON CONFLICT (sha256, kind) DO UPDATE SET state = 'done', width = excluded.width, height = excluded.height,
           size = excluded.size, mime_type = excluded.mime_type, error_code = NULL, updated_at = now()`,
        [sha256, facts.width, facts.height, facts.thumbnail.length],
      )
      await query(client, 'UPDATE syncwatch.media_assets SET width = $2, height = $3 WHERE sha256 = $1', [
        sha256,
        facts.width,
        facts.height,
      ])
    })
  }

  /** Whoever brought it in reads why there is no picture. Those that come after it is recorded are told by who commits them. */
  async #remark(sha256: string): Promise<void> {
    const { pool, status } = this.#options
    const [asked] = await query<{ created_at: string; keys: string[] }>(
      pool,
      `SELECT created_at::text, ARRAY(SELECT key FROM syncwatch.media_assets WHERE sha256 = $1 AND trashed_at IS NULL) AS keys
       FROM syncwatch.media_derivatives WHERE sha256 = $1 AND kind = 'thumbnail'`,
      [sha256],
    )
    if (asked !== undefined) await status.remarkOnItems(asked.keys, asked.created_at, DAMAGED_IMAGE)
  }

  async #recordFailure(sha256: string, code: string): Promise<void> {
    await transaction(this.#options.pool, async (client) => {
      await query(
        client,
        `UPDATE syncwatch.media_derivatives SET state = 'failed', error_code = $2, updated_at = now()
         WHERE sha256 = $1 AND kind = 'thumbnail'`,
        [sha256, code],
      )
      await query(client, 'UPDATE syncwatch.media_assets SET width = NULL, height = NULL WHERE sha256 = $1', [sha256])
    })
  }
}

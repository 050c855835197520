import { type ConflictRow, type ErrorCode, isSyncwatchError, SyncwatchError } from '@syncwatch/core'
import type { Page } from '@syncwatch/status-manager'
import type { LibraryContext } from '../library/library-context.ts'
import { type ConflictQuery, countOpenConflicts, listConflicts, readConflict } from './list-conflicts.ts'
import { type ResolveConflict, resolveConflict } from './resolve-conflict.ts'
import { type ConflictSideName, type SideContent, sideContent, sideThumbnail } from './side-content.ts'
import { undoConflict } from './undo-conflict.ts'
import { type WaitingConflicts, waitingConflicts } from './waiting-conflicts.ts'

/** What came of deciding several conflicts. */
export interface ResolvedConflicts {
  readonly resolved: ConflictRow[]
  readonly failed: { readonly id: string; readonly code: ErrorCode; readonly message: string }[]
}

/** The inbox of conflicts. The functions that it is made of say which errors they reject. */
export class Conflicts {
  readonly #context: LibraryContext

  constructor(context: LibraryContext) {
    this.#context = context
  }

  list(query?: ConflictQuery): Promise<Page<ConflictRow>> {
    return listConflicts(this.#context.pool, query)
  }

  get(id: string): Promise<ConflictRow> {
    return readConflict(this.#context.pool, id)
  }

  /** How many wait for a person. */
  open(): Promise<number> {
    return countOpenConflicts(this.#context.pool)
  }

  resolve(id: string, request: ResolveConflict): Promise<ConflictRow> {
    return resolveConflict(this.#context, id, request)
  }

  /** Each by itself: one that cannot be decided does not keep the others. `count` is how many the person was shown. */
  async resolveMany(ids: readonly string[], request: ResolveConflict & { count: number }): Promise<ResolvedConflicts> {
    const given = [...new Set(ids)]
    if (given.length !== request.count)
      throw new SyncwatchError(
        'confirmation_needed',
        `${given.length} conflicts would be decided and not ${request.count}. Nothing was decided.`,
        { details: { count: given.length } },
      )
    const outcome: ResolvedConflicts = { resolved: [], failed: [] }
    for (const id of given) {
      try {
        outcome.resolved.push(await resolveConflict(this.#context, id, request))
      } catch (error) {
        if (!isSyncwatchError(error) || error.retryable || error.code === 'internal') throw error
        outcome.failed.push({ id, code: error.code, message: error.message })
      }
    }
    return outcome
  }

  /** How many wait for a person, by store, and since when. */
  waiting(): Promise<WaitingConflicts[]> {
    return waitingConflicts(this.#context.pool)
  }

  content(id: string, side: ConflictSideName): Promise<SideContent> {
    return sideContent(this.#context, id, side)
  }

  thumbnail(id: string, side: ConflictSideName): Promise<{ bytes: Uint8Array; sha256: string; key: string }> {
    return sideThumbnail(this.#context, id, side)
  }

  undo(id: string, by: string): Promise<ConflictRow> {
    return undoConflict(this.#context, id, by)
  }
}

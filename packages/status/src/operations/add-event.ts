import { type OperationId, operationEventSchema, parseInput } from '@syncwatch/core'
import { insertEvents, type NewEvent } from '../queries/insert-events.ts'
import type { StatusContext } from '../status-context.ts'
import { fenced } from '../write/progress-buffer.ts'
import { operationNotFound } from './operation-lookup.ts'

/** Appends to the timeline. Resolves when committed. Rejects with `operation_not_found`, or `fenced` with an `attempt`. */
export async function addEvent(
  context: StatusContext,
  id: OperationId,
  input: { kind: 'warning' | 'message' | 'error'; message: string; data?: Record<string, unknown> | undefined },
  attempt: number | null,
): Promise<void> {
  const { kind, message, data } = parseInput(operationEventSchema, input)
  const { database } = context
  const event: NewEvent = { operation_id: id, kind, message, data: data ?? {}, attempt, fence: attempt }
  const written = await database.query(insertEvents(database.schema), [JSON.stringify([event])])
  if (written.length > 0) return
  if (attempt !== null) throw fenced(id, attempt, context.memory.get(id)?.attempt ?? attempt + 1)
  throw operationNotFound(id)
}

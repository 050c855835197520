import {
  type CreateOperation,
  createOperationSchema,
  type OperationId,
  type OperationRow,
  parseInput,
  SyncwatchError,
} from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { ClientBase } from 'pg'
import { insertOperations, type NewOperation } from '../queries/insert-operations.ts'
import { type Changed, type StoredOperation, toChanged } from '../queries/operation-columns.ts'
import type { StatusContext } from '../status-context.ts'
import { Batcher } from '../write/batcher.ts'

/** Creates operations; calls of one moment share one statement and one commit. */
export class OperationCreator {
  readonly #context: StatusContext
  readonly #batcher: Batcher<NewOperation, Changed<OperationRow> | undefined>

  constructor(context: StatusContext) {
    this.#context = context
    this.#batcher = new Batcher((operations) => this.#insert(operations))
  }

  /** Resolves when committed. Rejects with `invalid_input` or `operation_key_taken`. */
  async create(input: CreateOperation): Promise<OperationRow> {
    const operation = this.#prepare(input)
    const created = await this.#batcher.add(operation)
    if (created === undefined) throw keyTaken(operation)
    return created.row
  }

  /** The same inside a transaction of the caller; the row is only learned of when somebody asks after the commit. */
  async createWithin(transaction: ClientBase, input: CreateOperation): Promise<OperationId> {
    const operation = this.#prepare(input)
    const { schema } = this.#context.database
    const [row] = await query<StoredOperation & Record<string, unknown>>(transaction, insertOperations(schema), [
      JSON.stringify([operation]),
    ])
    if (row === undefined) throw keyTaken(operation)
    return row.id
  }

  #prepare(input: CreateOperation): NewOperation {
    const valid = parseInput(createOperationSchema, input)
    return {
      id: this.#context.random.uuid(),
      operation_key: valid.operation_key ?? null,
      operation_type: valid.operation_type,
      status: 'pending',
      // Nothing of a known total is done: 0. Of an unknown one no percent is known.
      progress: (valid.total_items ?? 0) > 0 || (valid.total_bytes ?? 0) > 0 ? 0 : null,
      total_items: valid.total_items ?? null,
      total_bytes: valid.total_bytes ?? null,
      triggered_by: valid.triggered_by ?? null,
      source: valid.source ?? 'api',
      store_id: valid.store_id ?? null,
      operation_data: valid.operation_data ?? {},
      retry_of: valid.retry_of ?? null,
      message: valid.message ?? null,
    }
  }

  async #insert(operations: readonly NewOperation[]): Promise<(Changed<OperationRow> | undefined)[]> {
    const { database, memory } = this.#context
    const stored = await database.query<StoredOperation & Record<string, unknown>>(insertOperations(database.schema), [
      JSON.stringify(operations),
    ])
    const created = stored.map(toChanged<OperationRow>)
    memory.committed(created)
    const byId = new Map(created.map((change) => [change.row.id as string, change]))
    return operations.map(({ id }) => byId.get(id))
  }
}

function keyTaken({ operation_key }: NewOperation): SyncwatchError {
  return new SyncwatchError(
    'operation_key_taken',
    `Another operation has the operation_key "${operation_key}" already.`,
    {
      details: { operation_key },
    },
  )
}

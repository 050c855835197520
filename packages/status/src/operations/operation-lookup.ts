import { isUuid, type OperationRow, SyncwatchError } from '@syncwatch/core'
import { type StoredOperation, toChanged } from '../queries/operation-columns.ts'
import { readOperations } from '../queries/read-operations.ts'
import type { StatusContext } from '../status-context.ts'
import { Batcher } from '../write/batcher.ts'

/** Finds operations by id or by their caller's own key; calls of one moment share one statement. */
export class OperationLookup {
  readonly #context: StatusContext
  readonly #batcher: Batcher<string, OperationRow | undefined>

  constructor(context: StatusContext) {
    this.#context = context
    this.#batcher = new Batcher((names) => this.#read(names))
  }

  /** What this node knows, without asking. */
  known(name: string): OperationRow | undefined {
    const { memory } = this.#context
    return memory.get(name) ?? (isUuid(name) ? memory.get(name.toLowerCase()) : memory.get(memory.idOfKey(name) ?? ''))
  }

  /** The committed row. Rejects with `operation_not_found`. */
  async fresh(name: string): Promise<OperationRow> {
    const row = await this.#batcher.add(isUuid(name) ? name.toLowerCase() : name)
    if (row === undefined) throw operationNotFound(name)
    return row
  }

  /** The id for a name. Rejects with `operation_not_found`; an id is not looked for. */
  async id(name: string): Promise<OperationRow['id']> {
    if (isUuid(name)) return name.toLowerCase() as OperationRow['id']
    return (this.known(name) ?? (await this.fresh(name))).id
  }

  async #read(names: readonly string[]): Promise<(OperationRow | undefined)[]> {
    const { database, memory } = this.#context
    const ids = names.filter(isUuid)
    const keys = names.filter((name) => !isUuid(name) && !name.includes('\0'))
    const stored = await database.query<StoredOperation & Record<string, unknown>>(readOperations(database.schema), [
      ids,
      keys,
    ])
    const rows = stored.map((each) => toChanged<OperationRow>(each).row)
    memory.learn(rows)
    const byName = new Map<string, OperationRow>()
    for (const row of rows) {
      if (row.operation_key !== null) byName.set(row.operation_key, row)
      byName.set(row.id, row)
    }
    return names.map((name) => byName.get(name))
  }
}

export function operationNotFound(name: string): SyncwatchError {
  return new SyncwatchError('operation_not_found', `No operation has the id or key "${name.slice(0, 64)}".`)
}

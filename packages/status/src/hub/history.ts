import type { StatusDatabase } from '../database/status-database.ts'

/** Which history of the database cursors belong to. Asked anew whenever the database may be another one. */
export class History {
  readonly #database: StatusDatabase
  #epoch = ''
  #isChecked = false

  constructor(database: StatusDatabase) {
    this.#database = database
  }

  get epoch(): string {
    return this.#epoch
  }

  get isChecked(): boolean {
    return this.#isChecked
  }

  /** The connection was lost: what answers next may be another database. */
  doubt(): void {
    this.#isChecked = false
  }

  /** Resolves to true when it is another history than before. `withinMs` bounds the wait for an answer. */
  async check(withinMs: number): Promise<boolean> {
    if (this.#isChecked) return false
    const { schema } = this.#database
    const text = `SELECT ${schema}.sync_check_epoch() AS epoch`
    const [row] = await this.#database.query<{ epoch: string }>(text, [], withinMs)
    const epoch = row?.epoch ?? ''
    const isOther = this.#epoch !== '' && this.#epoch !== epoch
    this.#epoch = epoch
    this.#isChecked = true
    return isOther
  }
}

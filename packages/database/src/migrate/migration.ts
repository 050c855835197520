/** One numbered step. It is applied once, in its own transaction, and never changes once released. */
export interface Migration {
  readonly number: number
  /** The file's name without its number and ending. */
  readonly name: string
  /** With `:"schema"` where the schema's name belongs. */
  readonly sql: string
}

/** Migrations that are applied together into one schema and remembered in one table there. */
export interface MigrationSet {
  readonly name: 'status' | 'media' | 'webhooks'
  readonly table: string
  readonly migrations: readonly Migration[]
}

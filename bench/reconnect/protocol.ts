export type NodeRequest =
  | { ask: 'start'; databaseUrl: string; port: number; secret: string }
  /** The statements of this process since a time (milliseconds since 1970), up to another. */
  | { ask: 'statements'; from: number; to: number }

export interface Statement {
  at: number
  isWrite: boolean
  text: string
}

export type HerdRequest =
  | { ask: 'connect'; url: string; secret: string; count: number }
  /** Answers with the time at which each client held each of these revisions. */
  | { ask: 'consistent'; revisions: Record<string, number> }

/** What the parent asks of the server under test. */
export type ServerRequest =
  | { ask: 'start'; operations: number }
  /** Changes the operations in turn, so many times a second in all, for so long. */
  | { ask: 'run'; perSecond: number; forMs: number }

export interface ServerStarted {
  url: string
  ids: string[]
}

export interface ServerRun {
  /** Calls made. Each is a change of its own: its operation had been left alone for long enough. */
  changes: number
  seconds: number
  /** Versions that were committed: how much the `rev` of all operations together has grown. */
  committed: number
  /** Operations whose row in the table is not the last change. */
  behind: number
  cpuShare: number
  databaseCpuShare: number
}

/** What the parent asks of the clients. */
export type ClientsRequest =
  | { ask: 'connect'; url: string; clients: number; ids: string[] }
  | { ask: 'reset' }
  /** Waits until each client has received so many changes since the reset, or for so long in vain. */
  | { ask: 'read'; changes: number; withinMs: number }

export interface ClientsRead {
  /** The fewest and the most changes that one client received. */
  fewest: number
  most: number
  /** Changes that a client never saw, because a later one of the same operation came in their place. */
  skipped: number
  bytes: number
  /** Milliseconds from the call to the client, of every change to every client. */
  p50: number
  p99: number
  worst: number
  /** Milliseconds since 1970 when the last client had the last change. */
  completeAt: number
  cpuSeconds: number
}

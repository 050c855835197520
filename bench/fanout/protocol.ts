/** What the parent asks of a server under test, ours or the peer. */
export type ServerRequest =
  /** With so many operations under way. */
  | { ask: 'start'; operations: number }
  /** Changes `operations` operations `perSecond` times a second in all, for so long, and says what it cost. */
  | { ask: 'run'; operations: number; perSecond: number; forMs: number }

export interface ServerRun {
  /** Seconds of this process, user and system together. */
  cpuSeconds: number
  /** Of the database beside it; 0 where there is none. */
  databaseCpuSeconds: number
  seconds: number
  changes: number
  /** With one operation: `cpuSeconds` from the beginning to the first change, and then from each change to the next. */
  windows: readonly number[]
}

/** What the parent asks of a process with viewers. */
export type ViewersRequest =
  | { ask: 'connect'; url: string; count: number; dialect: 'syncwatch' | 'socket.io' }
  /** Forgets what was counted so far. */
  | { ask: 'reset'; intervalMs: number }
  | { ask: 'read' }

export interface ViewersCount {
  messages: number
  bytes: number
  /** Of the viewers that read every message: their bytes, the states in them, and how old what they showed became. */
  readBytes: number
  readStates: number
  staleness: number[]
  /** Viewers that got nothing. */
  empty: number
}

/** Of so many viewers one reads whatever it gets; the others only count it. */
export const READERS_OF = 100

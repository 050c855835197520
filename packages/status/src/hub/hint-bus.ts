/** What a bus tells the live hub of its node. */
export interface HintListening {
  /** Something may have been committed that this node does not know. */
  heard(): void
  /** Hints may have been lost, and so may the database that was behind the bus. */
  lost(): void
}

/**
 * How a node hears that others have committed something. A hint is never data: it only brings the next reading forward, so a
 * bus may lose hints, repeat them and give too many. What that costs is latency, up to `pollMs`. Each adapter is held to
 * `hint-bus.test.ts`.
 */
export interface HintBus {
  /** Milliseconds between two readings while nothing is heard. */
  readonly pollMs: number
  /** Begins to listen, and comes back by itself when its connection is lost. A second call changes nothing. */
  start(listening: HintListening): void
  /** Ends for good. */
  stop(): Promise<void>
  /** This node has committed something. Postgres tells the others by itself, another bus does it here. */
  announce(): void
  /** The connection with this process id is about to commit what this node knows. Returns how to take that back. */
  expectOwn(processId: number): () => void
}

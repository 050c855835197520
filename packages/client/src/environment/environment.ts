/** Something that happened to the page or the machine around the client. All of them are hints, none is a promise. */
export type EnvironmentEvent = 'online' | 'offline' | 'visible' | 'hidden' | 'pagehide' | 'pageshow'

/** What surrounds the client, as a port: a browser tab, a Node process, a test. */
export interface Environment {
  /** False when the host says that there is no network at all. It may be wrong. */
  isOnline(): boolean
  /** False in a background tab. */
  isVisible(): boolean
  /** Returns the way to stop listening. */
  listen(listener: (event: EnvironmentEvent) => void): () => void
  /** Calls back before the next paint, or soon where nothing is painted. Returns the way to cancel it. */
  requestFrame(callback: () => void): () => void
}

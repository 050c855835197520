import type { DownFrame, Hello, UpFrame } from '@syncwatch/core'

export type TransportName = 'websocket' | 'sse'

/** One way to a server. Each `open` is one attempt with its own session. */
export interface Transport {
  readonly name: TransportName
  /** Begins to connect and says hello. Never throws: what goes wrong is told through `closed`. */
  open(hello: Hello, listener: TransportListener): TransportSession
}

export interface TransportSession {
  /**
   * Sends a frame, or drops it where the session is not open (any more). False when this transport has no way for it: then the
   * session must be opened anew with another hello.
   */
  send(frame: UpFrame): boolean
  /** Ends the session. Nothing is called back afterwards. */
  close(): void
}

export interface TransportListener {
  /** The server accepted the connection; its `welcome` is still to come. */
  opened(): void
  frame(frame: DownFrame): void
  /** Something arrived that is not a frame of this protocol. */
  garbage(): void
  /** The session is over. Called at most once, and always if the session is not closed by us. */
  closed(reason: TransportClose): void
}

/** Where a session was ended with nothing but a code. */
export const SESSION_ENDED = 'The session was ended.'

/** Why a session ended: a code of the catalogue where one is known, a sentence, and the server's wish when to return. */
export interface TransportClose {
  code: string
  message: string
  retryAfterMs?: number | undefined
}

import type { CloseCode } from '@syncwatch/core'
import type { EncodedFrame } from '../channel/encoded-frame.ts'

/** The wire under one session. Nothing here throws; what goes wrong ends in `transportClosed` of the session. */
export interface SessionTransport {
  readonly name: 'websocket' | 'sse'
  /** Takes the frame over at once. A wire that can say the place to resume from asks `eventId` for it. */
  send(frame: EncodedFrame, eventId: () => string | null): void
  /** Bytes that were taken over and not yet handed to the network. */
  readonly bufferedBytes: number
  /** A sign of life below the frames. */
  ping(): void
  /** Ends in good order: what was sent goes out first. */
  close(code: CloseCode, reason: string): void
  /** Ends at once. */
  terminate(): void
}

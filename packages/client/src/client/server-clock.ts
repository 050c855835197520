import type { Clock, Pong } from '@syncwatch/core'
import { smoothLatency } from '../connection/latency.ts'
import { isoTime } from '../environment/iso-time.ts'
import type { ConnectionState } from '../state/sync-status-state.ts'

type Measured = Pick<ConnectionState, 'latency' | 'serverTimeOffset' | 'lastPing'>

/** What a pong tells: how long it took, and where the server's clock stands against ours, half a round trip ago. */
export function measurePong({ t, serverTime }: Pong, before: ConnectionState, clock: Clock): Measured {
  const now = clock.now()
  const roundTrip = clock.monotonic() - t
  const offset = Date.parse(serverTime) - now + roundTrip / 2
  return {
    latency: smoothLatency(before.latency, roundTrip),
    // The measured pong of an event stream says nothing of the time.
    serverTimeOffset: Number.isNaN(offset) ? before.serverTimeOffset : offset,
    lastPing: isoTime(now),
  }
}

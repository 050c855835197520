import type { Clock, TimerHandle } from '@syncwatch/core'
import type { EncodedFrame } from '../channel/encoded-frame.ts'
import type { GatewayLimits } from '../gateway-limits.ts'
import type { SessionTransport } from './session-transport.ts'

export interface OutboxPorts {
  readonly clock: Clock
  readonly transport: SessionTransport
  readonly limits: Pick<GatewayLimits, 'maxBufferedBytes' | 'slowConsumerMs'>
  /** The place from which the session could resume after the frame that is being sent. */
  readonly eventId: () => string | null
  /** There is room again. */
  onRoom(): void
  /** There was none for too long. */
  onSlow(): void
}

/**
 * Keeps a session from piling up what its client does not read: while the transport is full nothing is added, and a
 * client that stays full is given up. What is skipped is not lost: it stays due.
 */
export class Outbox {
  readonly #ports: OutboxPorts
  // At hand rather than behind the ports: with thousands of sessions each step to another object is one to memory that no cache holds.
  readonly #transport: SessionTransport
  readonly #eventId: () => string | null
  readonly #most: number
  #slow: TimerHandle | null = null

  constructor(ports: OutboxPorts) {
    this.#ports = ports
    this.#transport = ports.transport
    this.#eventId = ports.eventId
    this.#most = ports.limits.maxBufferedBytes
  }

  /** Asked before anything is sent that may wait; starts the patience where there is no room. */
  hasRoom(): boolean {
    if (!this.#isFull()) return true
    this.#slow ??= this.#ports.clock.setTimeout(() => this.#judge(), this.#ports.limits.slowConsumerMs)
    return false
  }

  send(frame: EncodedFrame): void {
    this.#transport.send(frame, this.#eventId)
  }

  /** The transport has handed something on. */
  drained(): void {
    if (!this.#slow || this.#isFull()) return
    this.stop()
    this.#ports.onRoom()
  }

  stop(): void {
    this.#slow?.cancel()
    this.#slow = null
  }

  #judge(): void {
    this.#slow = null
    if (this.#isFull()) this.#ports.onSlow()
    else this.#ports.onRoom()
  }

  #isFull(): boolean {
    return this.#transport.bufferedBytes >= this.#most
  }
}

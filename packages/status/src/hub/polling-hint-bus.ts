import type { HintBus } from './hint-bus.ts'

/** No hints at all, where LISTEN does not work (behind a transaction pooler): the hub looks by itself, and oftener. */
export class PollingHintBus implements HintBus {
  readonly pollMs = 250

  start(): void {}

  async stop(): Promise<void> {}

  announce(): void {}

  expectOwn(): () => void {
    return () => {}
  }
}

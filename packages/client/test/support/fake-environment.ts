import type { Environment, EnvironmentEvent } from '../../src/environment/environment.ts'

/** A page in the hands of the test. */
export class FakeEnvironment implements Environment {
  online = true
  visible = true
  readonly frames: (() => void)[] = []
  readonly #listeners = new Set<(event: EnvironmentEvent) => void>()

  isOnline = () => this.online
  isVisible = () => this.visible

  listen(listener: (event: EnvironmentEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  get listenerCount(): number {
    return this.#listeners.size
  }

  requestFrame(callback: () => void): () => void {
    this.frames.push(callback)
    return () => void this.frames.splice(this.frames.indexOf(callback), 1)
  }

  paint(): void {
    for (const frame of this.frames.splice(0)) frame()
  }

  emit(event: EnvironmentEvent): void {
    if (event === 'online' || event === 'offline') this.online = event === 'online'
    if (event === 'visible' || event === 'hidden') this.visible = event === 'visible'
    for (const listener of [...this.#listeners]) listener(event)
  }
}

/** Typed listeners by name. A listener that throws does not keep the others from hearing. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>()

  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners)
    // Wrapped, so that one function that is given twice is called twice and removed once.
    const own = (event: Events[Name]) => listener(event)
    listeners.add(own)
    return () => void listeners.delete(own)
  }

  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        ;(listener as (event: Events[Name]) => void)(event)
      } catch (error) {
        reportLater(error)
      }
    }
  }
}

/** Throws in a microtask of its own, where the host reports it like any uncaught error. */
function reportLater(error: unknown): void {
  void Promise.resolve().then(() => {
    throw error
  })
}

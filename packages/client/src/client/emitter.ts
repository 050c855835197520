/** Typed listeners by name. A listener that throws does not keep the others from hearing. */
export interface Emitter<Events extends object> {
  /** Returns the way to stop listening. */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void
}

export function createEmitter<Events extends object>(): Emitter<Events> {
  const listeners: { [Name in keyof Events]?: Set<(event: Events[Name]) => void> } = {}
  return {
    on: (name, listener) => {
      // Wrapped, so that one function that is given twice is called twice and removed once.
      const own: typeof listener = (event) => listener(event)
      listeners[name] ??= new Set()
      const set = listeners[name].add(own)
      return () => void set.delete(own)
    },
    emit: (name, event) => {
      for (const listener of [...(listeners[name] ?? [])]) {
        try {
          listener(event)
        } catch (error) {
          // The host reports it like any error that nobody caught.
          void Promise.reject(error)
        }
      }
    },
  }
}

/** What is mounted below one provider, so that indicators do not say the same thing twice on a page. */
export interface Presence {
  /** Announces a mounted component. Returns the way to leave. */
  enter(kind: PresenceKind, token: object): () => void
  /** Whether one of a kind is mounted. */
  has(kind: PresenceKind): boolean
  /** Whether this one was the first of its kind. */
  isFirst(kind: PresenceKind, token: object): boolean
  subscribe(listener: () => void): () => void
}

/** `voice` is what speaks to screen readers. */
export type PresenceKind = 'dashboard' | 'floating' | 'voice'

export function createPresence(): Presence {
  let mounted: { kind: PresenceKind; token: object }[] = []
  const listeners = new Set<() => void>()
  const first = (kind: PresenceKind) => mounted.find((entry) => entry.kind === kind)
  const tell = () => {
    for (const listener of listeners) listener()
  }
  return {
    enter: (kind, token) => {
      const entry = { kind, token }
      mounted.push(entry)
      tell()
      return () => {
        mounted = mounted.filter((other) => other !== entry)
        tell()
      }
    },
    has: (kind) => first(kind) !== undefined,
    isFirst: (kind, token) => first(kind)?.token === token,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

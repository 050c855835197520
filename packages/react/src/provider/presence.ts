/** What is mounted below one provider, so that indicators do not say the same thing twice on a page. */
export interface Presence {
  /** Announces a mounted component. Returns the way to leave. */
  enter(kind: PresenceKind, token: object): () => void
  /** How many of a kind are mounted. */
  count(kind: PresenceKind): number
  /** Whether this one was the first of its kind. */
  isFirst(kind: PresenceKind, token: object): boolean
  subscribe(listener: () => void): () => void
}

/** `voice` is what speaks to screen readers. */
export type PresenceKind = 'dashboard' | 'floating' | 'voice'

export function createPresence(): Presence {
  const mounted: Record<PresenceKind, object[]> = { dashboard: [], floating: [], voice: [] }
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  return {
    enter: (kind, token) => {
      mounted[kind] = [...mounted[kind], token]
      tell()
      return () => {
        mounted[kind] = mounted[kind].filter((other) => other !== token)
        tell()
      }
    },
    count: (kind) => mounted[kind].length,
    isFirst: (kind, token) => mounted[kind][0] === token,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

import { useCallback, useEffect, useMemo, useRef, useState } from 'react'

export interface Selection {
  ids: ReadonlySet<string>
  /** Selects one or takes it out; with `isRange` all from the last one that was chosen to it get the same. */
  toggle: (id: string, isRange: boolean) => void
  set: (ids: readonly string[]) => void
  clear: () => void
}

/** What is selected of a list. What is not in the list any more is not selected; Escape clears it. */
export function useSelection(order: readonly string[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const anchor = useRef<string | null>(null)
  const places = useMemo(() => new Map(order.map((id, place) => [id, place])), [order])
  const latest = useRef(places)
  latest.current = places
  const ids = useMemo(() => new Set([...chosen].filter((id) => places.has(id))), [chosen, places])
  const clear = useCallback(() => {
    anchor.current = null
    setChosen((before) => (before.size === 0 ? before : new Set()))
  }, [])
  const set = useCallback((all: readonly string[]) => setChosen(new Set(all)), [])
  const toggle = useCallback((id: string, isRange: boolean) => {
    const from = isRange && anchor.current !== null ? latest.current.get(anchor.current) : undefined
    const to = latest.current.get(id)
    anchor.current = id
    setChosen((before) => {
      const next = new Set(before)
      const isOn = !before.has(id)
      for (const one of from === undefined || to === undefined ? [id] : between(latest.current, from, to)) {
        if (isOn) next.add(one)
        else next.delete(one)
      }
      return next
    })
  }, [])
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      // A dialog has its own Escape.
      if (event.key === 'Escape' && document.querySelector('dialog[open]') === null) clear()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [clear])
  return { ids, toggle, set, clear }
}

function between(places: ReadonlyMap<string, number>, from: number, to: number): string[] {
  const [low, high] = from < to ? [from, to] : [to, from]
  return [...places].filter(([, place]) => place >= low && place <= high).map(([id]) => id)
}

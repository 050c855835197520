import { setTimeout as wait } from 'node:timers/promises'

const TICK_MS = 5

/** Calls `change(index, now)` at a steady rate, the operations in turn. `now` is microseconds since 1970. Gives how often. */
export async function generateChanges(
  { operations, perSecond, forMs }: { operations: number; perSecond: number; forMs: number },
  change: (index: number, now: number) => void,
): Promise<number> {
  const began = performance.now()
  let done = 0
  for (;;) {
    const passed = performance.now() - began
    const due = Math.floor((Math.min(passed, forMs) * perSecond) / 1000)
    // A server that cannot keep up is not asked for all of it at once.
    done = Math.max(done, due - Math.ceil(perSecond / 4))
    for (; done < due; done += 1)
      change(done % operations, Math.round((performance.timeOrigin + performance.now()) * 1000))
    if (passed >= forMs) return done
    // No oftener than there is something to do: waking up costs too.
    await wait(Math.min(forMs - passed, Math.max(TICK_MS, ((done + 1) * 1000) / perSecond - passed)))
  }
}

import { Arena, type Growth } from './arena.ts'
import { makeSchedule, type Schedule } from './schedule.ts'
import { type Outcome, Story } from './story.ts'

/** What a node's heap may grow by once it is warm, however many stories it lives through, and all that it may ever hold. */
const MOST_GROWTH_BYTES = 16 * 2 ** 20
const MOST_RSS_BYTES = 400 * 2 ** 20

export interface Run {
  readonly failures: readonly { readonly seed: number; readonly reason: string }[]
  readonly totals: Outcome
  /** Of the nodes that lived through more than a few stories. */
  readonly growths: readonly Growth[]
  /** What was wrong with the memory of nodes; empty where it stayed within bounds. */
  readonly overgrown: readonly string[]
}

interface Told {
  readonly schedule: Schedule
  readonly milliseconds: number
  /** Null where it came out well. */
  readonly reason: string | null
}

/** Tells the schedules of these seeds one after the other, with the same nodes as long as they live. */
export async function runSchedules(seeds: readonly number[], onTold: (told: Told) => void = () => {}): Promise<Run> {
  const failures: { seed: number; reason: string }[] = []
  const growths: Growth[] = []
  let totals: Outcome = { operations: 0, states: 0, resumed: 0, anew: 0 }
  let arena = await Arena.open()
  for (const seed of seeds) {
    const schedule = makeSchedule(seed)
    const begunAt = performance.now()
    let reason: string | null = null
    try {
      totals = sum(totals, await new Story(arena, schedule).tell())
      await arena.measure()
    } catch (error) {
      reason = (error as Error).message
      failures.push({ seed, reason })
      // What a failed story leaves behind must not fail the next.
      await arena.close()
      growths.push(...arena.growths)
      arena = await Arena.open()
    }
    onTold({ schedule, milliseconds: performance.now() - begunAt, reason })
  }
  await arena.close()
  growths.push(...arena.growths)
  return { failures, totals, growths, overgrown: growths.filter(isOvergrown).map((growth) => JSON.stringify(growth)) }
}

function isOvergrown({ heap, rss }: Growth): boolean {
  return heap > MOST_GROWTH_BYTES || rss > MOST_RSS_BYTES
}

function sum(one: Outcome, other: Outcome): Outcome {
  return {
    operations: one.operations + other.operations,
    states: one.states + other.states,
    resumed: one.resumed + other.resumed,
    anew: one.anew + other.anew,
  }
}

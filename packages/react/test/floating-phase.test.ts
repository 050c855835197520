import { describe, expect, it } from 'vitest'
import { type FloatingInput, initialFloatingMemory, nextFloatingPhase } from '../src/indicators/floating-phase.ts'

type Step = [now: number, input: Partial<Omit<FloatingInput, 'now'>>, phase: string, lookAgainIn: number | null]

const work = { isWorking: true }
const rest = { isWorking: false }
const broken = { isWorking: false, hasProblem: true }

const lives: Record<string, Step[]> = {
  'work under 400 ms is not shown': [
    [0, work, 'hidden', 400],
    [300, rest, 'hidden', null],
  ],
  'a ring after 400 ms, a tick for 3 s, then nothing': [
    [0, work, 'hidden', 400],
    [400, work, 'working', null],
    [5000, rest, 'done', 3000],
    [7999, rest, 'done', 1],
    [8000, rest, 'hidden', null],
  ],
  'the ring stays for 1 s at least': [
    [0, work, 'hidden', 400],
    [400, work, 'working', null],
    [450, rest, 'working', 950],
    [1400, rest, 'done', 3000],
  ],
  'no tick for what did not end well': [
    [0, work, 'hidden', 400],
    [400, work, 'working', null],
    [2000, { ...rest, endedWell: false }, 'hidden', null],
  ],
  'work during the tick has its 400 ms too': [
    [0, work, 'hidden', 400],
    [400, work, 'working', null],
    [2000, rest, 'done', 3000],
    [2100, work, 'done', 400],
    [2500, work, 'working', null],
  ],
  'a tick that ends during those 400 ms goes': [
    [0, work, 'hidden', 400],
    [400, work, 'working', null],
    [2000, rest, 'done', 3000],
    [4900, work, 'done', 100],
    [5000, work, 'hidden', 300],
    [5300, work, 'working', null],
  ],
  'a problem shows at once, over everything, until it was seen': [
    [0, work, 'hidden', 400],
    [10, broken, 'problem', null],
    [99_000, broken, 'problem', null],
    [99_001, rest, 'hidden', null],
  ],
  'work goes on behind a problem that was seen': [
    [0, work, 'hidden', 400],
    [400, work, 'working', null],
    [900, { ...work, hasProblem: true }, 'problem', null],
    [1500, work, 'working', null],
  ],
}

describe('the floating indicator', () => {
  it.each(Object.entries(lives))('%s', (_, steps) => {
    let memory = initialFloatingMemory
    for (const [now, input, phase, lookAgainIn] of steps) {
      const next = nextFloatingPhase(memory, { isWorking: false, hasProblem: false, endedWell: true, ...input, now })
      expect({ now, phase: next.phase, lookAgainIn: next.lookAgainIn }).toEqual({ now, phase, lookAgainIn })
      memory = next
    }
  })
})

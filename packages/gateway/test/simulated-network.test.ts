import { describe, expect, it } from 'vitest'
import { Simulation } from './support/simulation.ts'

const RUNS = 200
const STEPS = 100
/** Set to a seed to run only that one. */
const ONLY = process.env.SIMULATION_SEED

describe('GW-S3 GW-S5 GW-F5: on a network that drops, delays and reorders connections, under restarts', () => {
  it.each([
    ['every replica ends equal to the database', null],
    [
      'with a window that is cut, every replica ends with all that is open and nothing that is not true',
      { open: 4, ended: 3 },
    ],
  ])(`%s, in each of ${RUNS} seeded runs`, { timeout: 120_000 }, async (_, window) => {
    const seeds = ONLY ? [Number(ONLY)] : Array.from({ length: RUNS }, (_, index) => index + 1)
    const totals = { resumed: 0, snapshots: 0 }
    for (const seed of seeds) {
      const simulation = new Simulation(seed, window)
      await simulation.run(STEPS)
      const isEqual = await simulation.settle()
      const differences = simulation.clients.map((client) => simulation.difference(client))
      expect({ seed, isEqual, differences, faults: simulation.faults }).toEqual({
        seed,
        isEqual: true,
        differences: [null, null, null],
        faults: [],
      })
      await simulation.stop()
      const left = { sessions: simulation.openSessions, views: simulation.openViews }
      expect({ seed, ...left }).toEqual({ seed, sessions: 0, views: 0 })
      totals.resumed += simulation.resumed
      totals.snapshots += simulation.snapshots
    }
    if (ONLY) return
    // Both ways of going on were walked, so that the runs prove something about each.
    expect(totals.resumed).toBeGreaterThan(window ? RUNS / 10 : RUNS)
    expect(totals.snapshots).toBeGreaterThan(RUNS)
  })
})

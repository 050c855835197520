import type { OperationId, OperationRow, ProgressFields } from '@syncwatch/core'
import { FakeClock, SeededRandom, waitFor } from '@syncwatch/testkit'
import { describe, expect, test } from 'vitest'
import { Batcher } from '../src/write/batcher.ts'
import { Flusher, type Writer } from '../src/write/flusher.ts'
import { ProgressFigures } from '../src/write/progress-figures.ts'

class RecordingWriter implements Writer {
  readonly times: number[] = []
  hasPending = false
  fails = false
  takes = 0
  readonly #clock: FakeClock

  constructor(clock: FakeClock) {
    this.#clock = clock
  }

  async write(): Promise<void> {
    this.times.push(this.#clock.monotonic())
    if (this.takes > 0) await new Promise<void>((resolve) => this.#clock.setTimeout(resolve, this.takes))
    if (this.fails) throw new Error('gone')
    this.hasPending = false
  }
}

function setUp() {
  const clock = new FakeClock()
  const writer = new RecordingWriter(clock)
  const state = { watchers: 1, failures: 0 }
  const flusher = new Flusher({
    writers: [writer],
    clock,
    random: new SeededRandom(1),
    watchers: () => state.watchers,
    isAwaited: () => false,
    onFailure: () => {
      state.failures += 1
    },
  })
  const accept = () => {
    writer.hasPending = true
    flusher.wake()
  }
  return { clock, writer, state, flusher, accept }
}

describe('the pace of flushes', () => {
  test('at once when idle, then every 20 ms', async () => {
    const { clock, writer, accept } = setUp()
    await clock.advance(1000)
    for (let tick = 0; tick < 20; tick += 1) {
      accept()
      await clock.advance(10)
    }
    expect(writer.times.slice(0, 6)).toEqual([1000, 1020, 1040, 1060, 1080, 1100])
  })

  test('a pause of a quarter of its usual duration after each', async () => {
    const { clock, writer, accept } = setUp()
    writer.takes = 40
    await clock.advance(1000)
    for (let tick = 0; tick < 300; tick += 1) {
      accept()
      await clock.advance(10)
    }
    const gaps = writer.times.map((time, index) => time - (writer.times[index - 1] ?? time)).slice(1)
    expect(gaps.slice(0, 2)).toEqual([40, 40])
    expect(gaps.slice(3).every((gap) => gap === 50)).toBe(true)
  })

  test('quickens with the first quick flush after slow ones', async () => {
    const { clock, writer, accept } = setUp()
    const run = async (milliseconds: number) => {
      for (let passed = 0; passed < milliseconds; passed += 10) {
        accept()
        await clock.advance(10)
      }
    }
    writer.takes = 60
    await clock.advance(1000)
    await run(6000)
    writer.takes = 1
    const before = writer.times.length
    await run(2000)
    const gaps = writer.times.map((time, index) => time - (writer.times[index - 1] ?? time)).slice(before + 1)
    expect(gaps.every((gap) => gap === 20)).toBe(true)
    expect(gaps.length).toBeGreaterThan(10)
  })

  test('once a second while nobody watches, and at once when somebody comes', async () => {
    const { clock, writer, state, flusher, accept } = setUp()
    state.watchers = 0
    await clock.advance(5000)
    accept()
    await clock.advance(10)
    accept()
    await clock.advance(900)
    expect(writer.times).toEqual([5000])
    state.watchers = 1
    flusher.hurry()
    await clock.advance(1)
    expect(writer.times).toEqual([5000, 5910])
  })

  test('with growing pauses while the database is gone, and never two at a time', async () => {
    const { clock, writer, state, accept } = setUp()
    writer.fails = true
    await clock.advance(1000)
    accept()
    await clock.advance(60_000)
    expect(state.failures).toBeGreaterThan(10)
    expect(state.failures).toBeLessThan(35)
    writer.fails = false
    await clock.advance(5000)
    expect(writer.hasPending).toBe(false)
    expect(clock.pendingTimers).toBe(0)
  })
})

test('a batcher sends a lone call at once and gathers what comes meanwhile', async () => {
  const batches: number[][] = []
  let release = () => {}
  const batcher = new Batcher<number, number>(async (inputs) => {
    batches.push([...inputs])
    await new Promise<void>((resolve) => {
      release = resolve
    })
    return inputs.map((input) => input * 2)
  })
  const first = batcher.add(1)
  await waitFor(() => batches.length === 1, { what: 'the first batch' })
  const others = [2, 3, 4].map((input) => batcher.add(input))
  release()
  expect(await first).toBe(2)
  await waitFor(() => batches.length === 2, { what: 'the second batch' })
  release()
  expect(await Promise.all(others)).toEqual([4, 6, 8])
  expect(batches).toEqual([[1], [2, 3, 4]])
})

describe('figures', () => {
  const id = '01900000-0000-7000-8000-000000000000' as OperationId
  const fields = (processed_items: number): ProgressFields => ({
    progress: null,
    total_items: 1000,
    processed_items,
    failed_items: 0,
    total_bytes: null,
    processed_bytes: 0,
    phase: 'copying',
    message: null,
  })
  const row = { id, ...fields(0), status: 'in_progress', performance_metrics: { mine: 1 } } as unknown as OperationRow

  test('give an ETA once it means something, and say when an operation stands still', () => {
    const figures = new ProgressFigures()
    const start = Date.UTC(2030, 0, 1)
    expect(figures.observe(row, fields(0), start)).toEqual({ estimated_completion: null, performance_metrics: null })
    let last = figures.observe(row, fields(5), start + 500)
    expect(last.estimated_completion).toBeNull()
    for (let second = 1; second <= 20; second += 1)
      last = figures.observe(row, fields(10 * second), start + second * 1000)
    expect(last.performance_metrics).toMatchObject({ mine: 1, stalled_since: null })
    const eta = Date.parse(last.estimated_completion as string) - (start + 20_000)
    expect(eta).toBeGreaterThan(60_000)
    expect(eta).toBeLessThan(100_000)
    expect(figures.newlyStalled(start + 25_000, () => row)).toEqual([])
    expect(figures.newlyStalled(start + 60_000, () => row)).toEqual([row])
    expect(figures.observe(row, fields(200), start + 60_000)).toMatchObject({
      estimated_completion: null,
      performance_metrics: { stalled_since: new Date(start + 20_000).toISOString(), items_per_second: 0 },
    })
    expect(figures.newlyStalled(start + 65_000, () => row)).toEqual([])
    expect(figures.phasesOf(id, start + 70_000)).toEqual({ copying: 70_000 })
  })
})

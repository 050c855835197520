import { loadavg } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { launchBrowser } from '@syncwatch/testkit'
import { isQuick, printReport } from '../support/report.ts'
import { rounded } from '../support/statistics.ts'
import { bundlePage } from './bundle-page.ts'
import { ChangingOperations } from './changing-operations.ts'
import type { PageFigures } from './page.ts'
import { servePage } from './serve.ts'
import { type TaskTimes, tracingTasks } from './task-times.ts'

const OPERATIONS = 10_000
const CHANGES_A_SECOND = 1_000
/** What a gateway sends a visible page at most. */
const PACED_HZ = 20
const LONG_TASK_MS = 50
const MOST_DISPATCHES_A_SECOND = 60
const seconds = isQuick() ? 5 : 20

const failures: string[] = []
const operations = new ChangingOperations(OPERATIONS)
const server = await servePage(await bundlePage(), operations)
const browser = await launchBrowser()
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } })
  page.on('pageerror', (error) => failures.push(`The page threw: ${error.message}`))
  await page.goto(server.url)
  await page.waitForFunction(`Object.keys(globalThis.bench?.held() ?? {}).length > 0`)
  const take = () => page.evaluate('bench.take()') as Promise<PageFigures>
  const measure = async (hz: number): Promise<Phase> => {
    await take()
    const { result, tasks } = await tracingTasks(browser, page, async () => {
      await change(hz, seconds)
      return await take()
    })
    return { ...result, tasks }
  }
  const loading = await take()
  // What is compiled and laid out once is no part of the steady state.
  await change(PACED_HZ, 2)
  // As the gateway sends it, and as a server without any conflation would: each change in a frame of its own.
  const paced = await measure(PACED_HZ)
  const single = await measure(CHANGES_A_SECOND)
  await wait(500)
  const held = (await page.evaluate('bench.held()')) as Record<string, { rev: number; progress: number }>
  const wrong = operations.rows
    .slice(0, 500)
    .filter(({ id, rev, progress }) => held[id]?.rev !== rev || held[id]?.progress !== progress)
  if (wrong.length > 0) failures.push(`${wrong.length} operations on the page are not what the server has.`)
  report(loading, paced, single)
} finally {
  await browser.close()
  await server.stop()
}

/** What the page saw in one phase, and the tasks of its main thread meanwhile. */
type Phase = PageFigures & { tasks: TaskTimes }

/** Makes the changes of so many seconds, in `hz` frames a second. */
async function change(hz: number, forSeconds: number): Promise<void> {
  const began = performance.now()
  let sent = 0
  for (let now = 0; now < forSeconds * 1000; now = performance.now() - began) {
    while (sent < (now / 1000) * hz) {
      server.send(operations.change(CHANGES_A_SECOND / hz))
      sent += 1
    }
    await wait(1)
  }
}

function report(loading: PageFigures, paced: Phase, single: Phase): void {
  for (const [name, { tasks, ...figures }] of Object.entries({ paced, single })) {
    const most = figures.most_dispatches_a_second
    // Where others use the processor too, a task takes longer on the clock than it works: only its own work is held against it.
    if (tasks.over_50_cpu_ms > 0)
      failures.push(
        `${name}: ${tasks.over_50_cpu_ms} tasks worked over ${LONG_TASK_MS} ms, the longest ${rounded(tasks.longest_cpu_ms)} ms.`,
      )
    if (most > MOST_DISPATCHES_A_SECOND)
      failures.push(`${name}: ${most} dispatches in one second; at most ${MOST_DISPATCHES_A_SECOND} are allowed.`)
    console.log(
      `${name}: ${Math.round(figures.frames / seconds)} frames/s, ${rounded(figures.dispatches / seconds)} dispatches/s (at most ${most} in a second), longest task ${rounded(tasks.longest_cpu_ms)} ms of work and ${rounded(tasks.longest_ms)} ms on the clock (${tasks.over_50_ms} over ${LONG_TASK_MS} ms), ${Math.round(figures.painted_frames / seconds)} painted frames/s`,
    )
  }
  const longest = Math.max(paced.tasks.longest_cpu_ms, single.tasks.longest_cpu_ms)
  const most = Math.max(paced.most_dispatches_a_second, single.most_dispatches_a_second)
  const ours = {
    paced_longest_task_ms: rounded(paced.tasks.longest_cpu_ms),
    single_longest_task_ms: rounded(single.tasks.longest_cpu_ms),
    longest_task_on_the_clock_ms: rounded(Math.max(paced.tasks.longest_ms, single.tasks.longest_ms)),
    tasks_over_50_ms_on_the_clock: paced.tasks.over_50_ms + single.tasks.over_50_ms,
    most_dispatches_a_second: most,
    paced_dispatches_a_second: rounded(paced.dispatches / seconds),
    single_dispatches_a_second: rounded(single.dispatches / seconds),
    painted_frames_a_second: rounded(single.painted_frames / seconds),
    loading_longest_task_on_the_clock_ms: Math.round(loading.longest_task_ms),
  }
  printReport(
    {
      bench: 'client',
      ratio: rounded(Math.min(LONG_TASK_MS / longest, MOST_DISPATCHES_A_SECOND / most)),
      ours,
      peer: { name: 'the limits', longest_task_ms: LONG_TASK_MS, most_dispatches_a_second: MOST_DISPATCHES_A_SECOND },
      setting: {
        operations: OPERATIONS,
        changes_a_second: CHANGES_A_SECOND,
        paced_hz: PACED_HZ,
        seconds,
        load_average: rounded(loadavg()[0] ?? 0),
      },
    },
    failures,
  )
}

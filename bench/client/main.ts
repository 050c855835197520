import { setTimeout as wait } from 'node:timers/promises'
import { launchBrowser } from '@syncwatch/testkit'
import { isQuick, printReport } from '../support/report.ts'
import { rounded } from '../support/statistics.ts'
import { bundlePage } from './bundle-page.ts'
import { ChangingOperations } from './changing-operations.ts'
import type { PageFigures } from './page.ts'
import { servePage } from './serve.ts'

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
  const loading = await take()
  // What is compiled and laid out once is no part of the steady state.
  await measure(PACED_HZ, CHANGES_A_SECOND / PACED_HZ, take, 2)
  // As the gateway sends it, and as a server without any conflation would: each change in a frame of its own.
  const paced = await measure(PACED_HZ, CHANGES_A_SECOND / PACED_HZ, take)
  const single = await measure(CHANGES_A_SECOND, 1, take)
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

/** Sends `count` changes `hz` times a second and takes what the page saw of it. */
async function measure(
  hz: number,
  count: number,
  take: () => Promise<PageFigures>,
  forSeconds = seconds,
): Promise<PageFigures> {
  await take()
  const began = performance.now()
  let sent = 0
  for (let now = 0; now < forSeconds * 1000; now = performance.now() - began) {
    while (sent < (now / 1000) * hz) {
      server.send(operations.change(count))
      sent += 1
    }
    await wait(1)
  }
  return await take()
}

function report(loading: PageFigures, paced: PageFigures, single: PageFigures): void {
  for (const [name, figures] of Object.entries({ paced, single })) {
    const { long_tasks, longest_task_ms, most_dispatches_a_second } = figures
    if (long_tasks > 0)
      failures.push(`${name}: ${long_tasks} long tasks, the longest of ${Math.round(longest_task_ms)} ms.`)
    if (most_dispatches_a_second > MOST_DISPATCHES_A_SECOND)
      failures.push(
        `${name}: ${most_dispatches_a_second} dispatches in one second; at most ${MOST_DISPATCHES_A_SECOND} are allowed.`,
      )
    console.log(
      `${name}: ${Math.round(figures.frames / seconds)} frames/s, ${rounded(figures.dispatches / seconds)} dispatches/s (at most ${most_dispatches_a_second} in a second), ${long_tasks} long tasks, ${Math.round(figures.painted_frames / seconds)} painted frames/s`,
    )
  }
  const longest = Math.max(paced.longest_task_ms, single.longest_task_ms)
  const most = Math.max(paced.most_dispatches_a_second, single.most_dispatches_a_second)
  const ours = {
    long_tasks: paced.long_tasks + single.long_tasks,
    longest_long_task_ms: Math.round(longest),
    most_dispatches_a_second: most,
    paced_dispatches_a_second: rounded(paced.dispatches / seconds),
    single_dispatches_a_second: rounded(single.dispatches / seconds),
    painted_frames_a_second: rounded(single.painted_frames / seconds),
    loading_long_tasks: loading.long_tasks,
    loading_longest_task_ms: Math.round(loading.longest_task_ms),
  }
  printReport(
    {
      bench: 'client',
      ratio: rounded(Math.min(LONG_TASK_MS / Math.max(longest, LONG_TASK_MS), MOST_DISPATCHES_A_SECOND / most)),
      ours,
      peer: { name: 'the limits', longest_task_ms: LONG_TASK_MS, most_dispatches_a_second: MOST_DISPATCHES_A_SECOND },
      setting: { operations: OPERATIONS, changes_a_second: CHANGES_A_SECOND, paced_hz: PACED_HZ, seconds },
    },
    failures,
  )
}

import type { Browser, Page } from '@playwright/test'

/** The tasks of the page's main thread: how long on the clock, and how much of that the thread was given a processor. Milliseconds. */
export interface TaskTimes {
  longest_ms: number
  longest_cpu_ms: number
  over_50_ms: number
  over_50_cpu_ms: number
}

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  dur?: number
  tdur?: number
  args?: { name?: string }
}

/** Runs something while the browser traces the page's tasks. */
export async function tracingTasks<Result>(
  browser: Browser,
  page: Page,
  work: () => Promise<Result>,
): Promise<{ result: Result; tasks: TaskTimes }> {
  await browser.startTracing(page, { categories: ['toplevel'] })
  const result = await work()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}:${tid}`),
  )
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) => ph === 'X' && name.endsWith('RunTask') && mains.has(`${pid}:${tid}`),
  )
  const wall = tasks.map(({ dur = 0 }) => dur / 1000)
  const cpu = tasks.map(({ tdur = 0 }) => tdur / 1000)
  const longest = (times: number[]) => times.reduce((most, time) => Math.max(most, time), 0)
  const over = (times: number[]) => times.filter((time) => time > 50).length
  return {
    result,
    tasks: {
      longest_ms: longest(wall),
      longest_cpu_ms: longest(cpu),
      over_50_ms: over(wall),
      over_50_cpu_ms: over(cpu),
    },
  }
}

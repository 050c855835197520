import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** Seconds of processor time of a Postgres and all its backends, user and system; 0 where the machine does not say. */
export function cpuSecondsOfPostgres(processId: number | null): number {
  if (processId === null || !existsSync('/proc/self/stat')) return 0
  let ticks = 0
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const fields = statOf(name)
    // Of those that ended the parent keeps the sum.
    if (Number(name) === processId) ticks += sum(fields, [11, 12, 13, 14])
    else if (fields?.[1] === String(processId)) ticks += sum(fields, [11, 12])
  }
  return ticks / TICKS_A_SECOND
}

const TICKS_A_SECOND = 100

/** The fields after the process name, which may hold anything: state, parent, … */
function statOf(name: string): string[] | null {
  try {
    const text = readFileSync(`/proc/${name}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null
  }
}

function sum(fields: string[] | null, places: readonly number[]): number {
  return places.reduce((total, place) => total + Number(fields?.[place] ?? 0), 0)
}

import { SyncwatchError } from '@syncwatch/core'
import { CronExpressionParser } from 'cron-parser'

/** Five fields: a schedule is not for more than once a minute. */
const FIELDS = 5
/** How many runs ahead the longest pause is looked for: a weekly one, or one of working days, shows in them. */
const LOOKED_AHEAD = 14

/** When a schedule is due next after `after`, in UTC. Throws `invalid_input` for what is no cron expression of five fields. */
export function nextRun(schedule: string, after: Date): Date {
  return parse(schedule, after).next().toDate()
}

/** The longest pause between two runs that are due one after the other, in milliseconds: later than that is late. */
export function longestPauseMs(schedule: string, after: Date): number {
  const times = parse(schedule, after)
    .take(LOOKED_AHEAD)
    .map((time) => time.getTime())
  return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time)))
}

function parse(schedule: string, after: Date) {
  const fields = schedule.trim().split(/\s+/)
  try {
    if (fields.length !== FIELDS) throw new Error(`it has ${fields.length} fields`)
    return CronExpressionParser.parse(fields.join(' '), { currentDate: after, tz: 'UTC' })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.slice(0, 100) : 'it cannot be read'
    throw new SyncwatchError(
      'invalid_input',
      `"${schedule.slice(0, 100)}" is no schedule: ${why}. It is five fields in UTC, minute hour day month weekday, such as "*/15 * * * *".`,
      { cause, details: { field: 'schedule' } },
    )
  }
}

import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { SETTING_FIELD } from './setting-field.ts'
import { SCHEDULES } from './store-words.ts'

const OWN = 'own'
const BY_HAND = ''

interface ScheduleFieldProps {
  id: string
  value: string | null
  waits: string | null
  /** Resolves to whether it was taken. */
  onSave: (schedule: string | null) => Promise<boolean>
}

/** When a store is synced by itself: one of the usual schedules, or five fields of one’s own. */
export function ScheduleField({ id, value, waits, onSave }: ScheduleFieldProps): ReactNode {
  const isUsual = SCHEDULES.some(({ cron }) => cron === value)
  const [typed, setTyped] = useState<string | null>(isUsual ? null : value)
  const choose = (chosen: string) => {
    if (chosen === OWN) return setTyped(value ?? '*/15 * * * *')
    setTyped(null)
    void onSave(chosen === BY_HAND ? null : chosen)
  }
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (typed !== null && typed.trim() !== value) void onSave(typed.trim())
  }
  const isOwn = typed !== null || !isUsual
  return (
    <>
      <select
        id={id}
        className={SETTING_FIELD}
        value={isOwn ? OWN : (value ?? BY_HAND)}
        disabled={waits !== null}
        title={waits ?? undefined}
        onChange={(event) => choose(event.target.value)}
      >
        {SCHEDULES.map(({ cron, name }) => (
          <option key={name} value={cron ?? BY_HAND}>
            {name}
          </option>
        ))}
        <option value={OWN}>Another …</option>
      </select>
      {isOwn && (
        <form className="flex min-w-0 flex-wrap items-center gap-2" onSubmit={save}>
          <input
            aria-label="Schedule as five fields in UTC: minute, hour, day, month, weekday"
            className={`${SETTING_FIELD} w-40 font-mono text-[13px]`}
            value={typed ?? value ?? ''}
            required
            maxLength={200}
            onChange={(event) => setTyped(event.target.value)}
          />
          {typed !== null && typed.trim() !== value && (
            <Button type="submit" disabled={waits !== null} title={waits ?? undefined}>
              Save
            </Button>
          )}
          <span className="text-xs text-muted">minute hour day month weekday, in UTC</span>
        </form>
      )}
    </>
  )
}

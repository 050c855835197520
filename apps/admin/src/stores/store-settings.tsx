import type { StoreSummary } from '@syncwatch/core'
import { useWaitReason } from '@syncwatch/react/parts'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Refused } from '../ui/refused.tsx'
import { Section } from '../ui/section.tsx'
import { ScheduleField } from './schedule-field.tsx'
import { MODES, POLICIES, syncedBesides } from './store-words.ts'
import { useAdminWait } from './use-admin-wait.ts'
import { type StoreEditing, type StoreSetting, useStoreEdit } from './use-store-edit.ts'

const FIELD = 'rounded-md border border-line bg-surface px-2 py-1 text-text disabled:text-muted'

/** How a store is called, synced and decided about: each setting is saved when it is chosen, and taken back where that is refused. */
export function StoreSettings({ store }: { store: StoreSummary }): ReactNode {
  const editing = useStoreEdit(store)
  const { shown } = editing
  const adminWaits = useAdminWait()
  const waits = useWaitReason()
  return (
    <Section title="Settings">
      <Card className="divide-y divide-line">
        <Setting name="Name" setting="name" editing={editing}>
          {(id) => (
            <TextSetting
              id={id}
              key={shown.name}
              value={shown.name}
              waits={adminWaits}
              onSave={(name) => editing.set('name', name)}
            />
          )}
        </Setting>
        <Setting name="Schedule" setting="schedule" editing={editing} does={syncedBesides(shown.paused)}>
          {(id) => (
            <ScheduleField
              id={id}
              value={shown.schedule}
              waits={waits}
              onSave={(schedule) => editing.set('schedule', schedule)}
            />
          )}
        </Setting>
        <Setting name="Mode" setting="mode" editing={editing} does={MODES[shown.mode].does}>
          {(id) => (
            <Choice
              id={id}
              value={shown.mode}
              words={MODES}
              waits={adminWaits}
              onChange={(mode) => void editing.set('mode', mode)}
            />
          )}
        </Setting>
        <Setting
          name="Where both sides changed"
          setting="conflict_policy"
          editing={editing}
          does={POLICIES[shown.conflict_policy].does}
        >
          {(id) => (
            <Choice
              id={id}
              value={shown.conflict_policy}
              words={POLICIES}
              waits={adminWaits}
              onChange={(policy) => void editing.set('conflict_policy', policy)}
            />
          )}
        </Setting>
        <Setting
          name="Deletes without a question"
          setting="delete_limit"
          editing={editing}
          does="So many deletes in 24 hours travel by themselves; what is more waits for a person. Empty: 10, or 10 %, whichever is more."
        >
          {(id) => (
            <TextSetting
              id={id}
              key={shown.delete_limit}
              value={shown.delete_limit === null ? '' : String(shown.delete_limit)}
              placeholder="10, or 10 %"
              isNumber
              waits={adminWaits}
              onSave={(text) => editing.set('delete_limit', text === '' ? null : Number(text))}
            />
          )}
        </Setting>
      </Card>
    </Section>
  )
}

interface SettingProps {
  name: string
  setting: StoreSetting
  editing: StoreEditing
  /** What the present choice does. */
  does?: string
  children: (id: string) => ReactNode
}

function Setting({ name, setting, editing, does, children }: SettingProps): ReactNode {
  const id = useId()
  return (
    <div className="grid gap-x-4 gap-y-1 px-4 py-2.5 sm:grid-cols-[12rem_minmax(0,1fr)]" data-setting={setting}>
      <label htmlFor={id} className="text-muted sm:pt-1">
        {name}
      </label>
      <div className="min-w-0">
        <div className="flex min-h-8 flex-wrap items-center gap-2">
          {children(id)}
          <span role="status" className="text-muted">
            {editing.isBusy(setting) ? 'Saving …' : editing.isSaved(setting) ? 'Saved.' : ''}
          </span>
        </div>
        {does && <p className="mt-1 text-xs text-muted">{does}</p>}
        <Refused error={editing.refusal(setting)} />
      </div>
    </div>
  )
}

interface ChoiceProps<Value extends string> {
  id: string
  value: Value
  words: Record<Value, { name: string }>
  waits: string | null
  onChange: (value: Value) => void
}

function Choice<Value extends string>({ id, value, words, waits, onChange }: ChoiceProps<Value>): ReactNode {
  return (
    <select
      id={id}
      className={FIELD}
      value={value}
      disabled={waits !== null}
      title={waits ?? undefined}
      onChange={(event) => onChange(event.target.value as Value)}
    >
      {(Object.entries(words) as [Value, { name: string }][]).map(([one, { name }]) => (
        <option key={one} value={one}>
          {name}
        </option>
      ))}
    </select>
  )
}

interface TextSettingProps {
  id: string
  value: string
  placeholder?: string
  isNumber?: boolean
  waits: string | null
  onSave: (value: string) => Promise<boolean>
}

/** What is typed is saved by Enter or its button. */
function TextSetting({ id, value, placeholder, isNumber = false, waits, onSave }: TextSettingProps): ReactNode {
  const [typed, setTyped] = useState(value)
  const isDirty = typed.trim() !== value
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (isDirty) void onSave(typed.trim())
  }
  return (
    <form className="flex min-w-0 flex-wrap items-center gap-2" onSubmit={save}>
      <input
        id={id}
        className={`${FIELD} min-w-0 ${isNumber ? 'w-28' : 'w-56'}`}
        value={typed}
        placeholder={placeholder}
        {...(isNumber && { inputMode: 'numeric', pattern: '[0-9]*', title: 'A whole number' })}
        required={!isNumber}
        maxLength={isNumber ? 9 : 100}
        onChange={(event) => setTyped(event.target.value)}
      />
      {isDirty && (
        <>
          <Button type="submit" disabled={waits !== null} title={waits ?? undefined}>
            Save
          </Button>
          <Button onClick={() => setTyped(value)}>Discard</Button>
        </>
      )}
    </form>
  )
}

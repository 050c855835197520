import type { StoreSummary } from '@syncwatch/core'
import { useWaitReason } from '@syncwatch/react/parts'
import { type ReactNode, useId } from 'react'
import { Card } from '../ui/card.tsx'
import { Refused } from '../ui/refused.tsx'
import { Section } from '../ui/section.tsx'
import { ScheduleField } from './schedule-field.tsx'
import { SETTING_FIELD } from './setting-field.ts'
import { MODES, POLICIES, syncedBesides } from './store-words.ts'
import { TextSetting } from './text-setting.tsx'
import { useAdminWait } from './use-admin-wait.ts'
import { type StoreEditing, type StoreSetting, useStoreEdit } from './use-store-edit.ts'

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
              kind="number"
              waits={adminWaits}
              onSave={(text) => editing.set('delete_limit', text === '' ? null : Number(text))}
            />
          )}
        </Setting>
        <Setting
          name="Only these folders"
          setting="prefixes"
          editing={editing}
          does="One a line, as they are written in the store. Empty: everything. What lies outside is left as it is on both sides."
        >
          {(id) => (
            <TextSetting
              id={id}
              key={shown.prefixes.join('\n')}
              value={shown.prefixes.join('\n')}
              placeholder="everything"
              kind="lines"
              waits={adminWaits}
              onSave={(text) => editing.set('prefixes', linesOf(text))}
            />
          )}
        </Setting>
        <Setting
          name="Must be there before anything is deleted"
          setting="sentinel"
          editing={editing}
          does="The path of a file in the store. While it is missing, as when a disk is not mounted, nothing counts as deleted. Empty: none."
        >
          {(id) => (
            <TextSetting
              id={id}
              key={shown.sentinel}
              value={shown.sentinel ?? ''}
              placeholder="none"
              kind="path"
              waits={adminWaits}
              onSave={(text) => editing.set('sentinel', text === '' ? null : text)}
            />
          )}
        </Setting>
      </Card>
    </Section>
  )
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
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
      className={SETTING_FIELD}
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

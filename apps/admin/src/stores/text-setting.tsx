import { type ComponentProps, type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { SETTING_FIELD } from './setting-field.ts'

type Kind = 'name' | 'number' | 'path' | 'lines'

interface TextSettingProps {
  id: string
  value: string
  placeholder?: string
  /** `name` must not be empty. */
  kind?: Kind
  waits: string | null
  onSave: (value: string) => Promise<boolean>
}

const INPUTS: Record<Exclude<Kind, 'lines'>, ComponentProps<'input'>> = {
  name: { className: `${SETTING_FIELD} min-w-0 w-56`, required: true, maxLength: 100 },
  number: {
    className: `${SETTING_FIELD} min-w-0 w-28`,
    inputMode: 'numeric',
    pattern: '[0-9]*',
    title: 'A whole number',
    maxLength: 9,
  },
  path: { className: `${SETTING_FIELD} min-w-0 w-72 max-w-full`, maxLength: 1024 },
}

/** What is typed is saved by its button, and by Enter where it is one line. */
export function TextSetting({ id, value, placeholder, kind = 'name', waits, onSave }: TextSettingProps): ReactNode {
  const [typed, setTyped] = useState(value)
  const isDirty = typed.trim() !== value
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (isDirty) void onSave(typed.trim())
  }
  const given = { id, value: typed, placeholder }
  return (
    <form className="flex min-w-0 flex-wrap items-center gap-2" onSubmit={save}>
      {kind === 'lines' ? (
        <textarea
          {...given}
          className={`${SETTING_FIELD} min-w-0 w-72 max-w-full`}
          rows={Math.min(8, Math.max(2, typed.split('\n').length))}
          onChange={(event) => setTyped(event.target.value)}
        />
      ) : (
        <input {...given} {...INPUTS[kind]} onChange={(event) => setTyped(event.target.value)} />
      )}
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

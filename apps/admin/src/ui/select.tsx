import type { ReactNode } from 'react'

interface SelectProps<Value extends string> {
  label: string
  value: Value | undefined
  options: readonly { value: Value; name: string }[]
  onChange: (value: Value | undefined) => void
}

/** The browser's own select, with "any" as its first choice. */
export function Select<Value extends string>({ label, value, options, onChange }: SelectProps<Value>): ReactNode {
  return (
    <label className="flex items-center gap-2 text-muted">
      {label}
      <select
        className="rounded-md border border-line bg-surface px-2 py-1 text-text"
        value={value ?? ''}
        onChange={(event) => onChange(options.find((option) => option.value === event.target.value)?.value)}
      >
        <option value="">Any</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.name}
          </option>
        ))}
      </select>
    </label>
  )
}

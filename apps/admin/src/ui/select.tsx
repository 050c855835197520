import clsx from 'clsx'
import type { ReactNode } from 'react'

interface SelectProps<Value extends string> {
  label: string
  value: Value | undefined
  options: readonly { value: Value; name: string }[]
  onChange: (value: Value | undefined) => void
  /** In the place of `flex`, where a page lays its selects out in another way. */
  className?: string
}

/** The browser's own select, with "any" as its first choice. */
export function Select<Value extends string>({
  label,
  value,
  options,
  onChange,
  className,
}: SelectProps<Value>): ReactNode {
  return (
    <label className={clsx('min-w-0 items-center gap-2 text-muted', className ?? 'flex')}>
      {label}
      <select
        className="min-w-0 max-w-full truncate rounded-md border border-line bg-surface px-2 py-1 text-text sm:max-w-56"
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

import clsx from 'clsx'
import type { ButtonHTMLAttributes, ReactNode } from 'react'

/** The panel's one button: a hairline, no colour. `title` says why it waits while it is disabled. */
export function Button({ className, ...rest }: ButtonHTMLAttributes<HTMLButtonElement>): ReactNode {
  return (
    <button
      type="button"
      className={clsx(
        'min-h-7 rounded-md border border-line bg-surface px-2.5 py-0.5 whitespace-nowrap text-text hover:enabled:bg-raised disabled:cursor-not-allowed disabled:text-muted',
        className,
      )}
      {...rest}
    />
  )
}

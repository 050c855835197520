import clsx from 'clsx'
import type { ButtonHTMLAttributes, ReactNode } from 'react'

/**
 * The panel's one button: a hairline, no colour. `title` says why it waits while it is disabled. A disabled one keeps its place in the order
 * of Tab and the focus it has, so that a connection lost for a moment throws nobody who works by keyboard back to the top of the page.
 */
export function Button({
  className,
  disabled = false,
  onClick,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement>): ReactNode {
  return (
    <button
      type="button"
      aria-disabled={disabled || undefined}
      className={clsx(
        'min-h-7 rounded-md border border-line bg-surface px-2.5 py-0.5 whitespace-nowrap text-text not-aria-disabled:hover:bg-raised aria-disabled:cursor-not-allowed aria-disabled:text-muted',
        className,
      )}
      // Also Enter in a field of its form clicks a submit button.
      onClick={(event) => (disabled ? event.preventDefault() : onClick?.(event))}
      {...rest}
    />
  )
}

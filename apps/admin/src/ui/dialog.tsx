import clsx from 'clsx'
import { X } from 'lucide-react'
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react'

interface DialogProps {
  title: string
  /** Asked for by Escape, the cross, or a press beside it. */
  onClose: () => void
  children: ReactNode
  /** `side`: a drawer at the right, the whole window on a phone. */
  place?: 'centre' | 'side'
}

/** The browser's own modal dialog: it keeps the focus, gives it back, and what is behind it is inert. */
export function Dialog({ title, onClose, children, place = 'centre' }: DialogProps): ReactNode {
  const box = useRef<HTMLDialogElement>(null)
  const id = useId()
  useLayoutEffect(() => {
    const dialog = box.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the key for it, which the browser hands to onCancel
    <dialog
      ref={box}
      aria-labelledby={id}
      className={clsx(
        'overscroll-contain border-line bg-page text-text backdrop:bg-black/50',
        place === 'side'
          ? 'm-0 ml-auto h-dvh max-h-none w-full max-w-xl border-l'
          : 'm-auto w-[calc(100%-2rem)] max-w-lg rounded-lg border',
      )}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => event.target === box.current && onClose()}
    >
      <div className="flex min-h-full flex-col">
        <div className="sticky top-0 z-10 flex items-center gap-3 border-b border-line bg-surface py-2 pr-2 pl-4">
          <h2 id={id} className="min-w-0 flex-1 text-base font-semibold [overflow-wrap:anywhere]">
            {title}
          </h2>
          <button
            type="button"
            aria-label="Close"
            className="grid size-8 flex-none place-items-center rounded-md text-muted hover:bg-raised hover:text-text"
            onClick={onClose}
          >
            <X size={18} aria-hidden="true" />
          </button>
        </div>
        <div className="flex-1 p-4">{children}</div>
      </div>
    </dialog>
  )
}

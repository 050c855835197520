import { ChevronDown } from 'lucide-react'
import { type ReactNode, useSyncExternalStore } from 'react'
import { AsOf } from './as-of.tsx'

interface SectionProps {
  title: string
  /** Stands at the right of the title. */
  aside?: ReactNode
  children: ReactNode
  className?: string | undefined
  /** On a phone it begins folded, so that what comes first stays in sight. */
  foldsOnPhone?: boolean
}

/** A titled block of live figures. While they are history its title says of when. */
export function Section({ title, aside, children, className, foldsOnPhone = false }: SectionProps): ReactNode {
  const isPhone = useIsPhone()
  if (foldsOnPhone && isPhone) {
    return (
      <section className={className} aria-label={title} data-figures>
        <details className="group">
          <summary className="flex min-h-9 items-center justify-between border-b border-line">
            <h2 className="text-muted group-open:text-text">{title}</h2>
            <AsOf className="ml-auto mr-2" />
            <ChevronDown size={16} aria-hidden="true" className="text-muted group-open:rotate-180" />
          </summary>
          <div className="flex justify-end py-2 empty:hidden">{aside}</div>
          {children}
        </details>
      </section>
    )
  }
  return (
    <section className={className} aria-label={title} data-figures>
      <div className="mb-2 flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="text-muted">{title}</h2>
        <AsOf />
        <div className="ml-auto">{aside}</div>
      </div>
      {children}
    </section>
  )
}

const phone = globalThis.matchMedia('(max-width: 639px)')

function useIsPhone(): boolean {
  return useSyncExternalStore(
    (listener) => {
      phone.addEventListener('change', listener)
      return () => phone.removeEventListener('change', listener)
    },
    () => phone.matches,
  )
}

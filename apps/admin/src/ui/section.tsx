import type { ReactNode } from 'react'

/** A titled block of a page. `aside` stands at the right of the title. */
export function Section(props: {
  title: string
  aside?: ReactNode
  children: ReactNode
  className?: string
}): ReactNode {
  return (
    <section className={props.className} aria-label={props.title}>
      <div className="mb-2 flex min-h-7 items-center justify-between gap-3">
        <h2 className="text-muted">{props.title}</h2>
        {props.aside}
      </div>
      {props.children}
    </section>
  )
}

import type { ReactNode } from 'react'
import { Card } from '../ui/card.tsx'

const ways = [
  {
    title: 'Watch a folder sync',
    text: 'Its files come into the library while you look on.',
    command: 'syncwatch stores add FOLDER',
  },
  {
    title: 'Show an operation of your own',
    text: 'Anything that can make an HTTP call, or call SQL, can report its progress here.',
    command: `curl -X POST ${globalThis.location.origin}/api/v1/operations -H 'content-type: application/json' -d '{"operation_type":"upload","total_items":10}'`,
  },
]

/** Before anything has happened: the two ways to make something happen. */
export function FirstRun({ className }: { className?: string }): ReactNode {
  return (
    <section aria-label="First steps" className={className}>
      <Card className="grid divide-line max-md:divide-y md:grid-cols-2 md:divide-x">
        {ways.map(({ title, text, command }) => (
          <div key={title} className="min-w-0 p-5">
            <h2 className="text-base font-medium">{title}</h2>
            <p className="mt-1 text-muted">{text}</p>
            <pre className="mt-3 rounded-md bg-raised px-3 py-2 text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
              <code>{command}</code>
            </pre>
          </div>
        ))}
      </Card>
    </section>
  )
}

import type { ReactNode } from 'react'
import { Card } from '../ui/card.tsx'
import { ConnectLink } from '../ui/connect-link.tsx'

const CALL = `curl -X POST ${globalThis.location.origin}/api/v1/operations -H 'content-type: application/json' -d '{"operation_type":"upload","total_items":10}'`

/** Before anything has happened: the two ways to make something happen. */
export function FirstRun({ className }: { className?: string }): ReactNode {
  return (
    <section aria-label="First steps" className={className}>
      <Card className="grid divide-line max-md:divide-y md:grid-cols-2 md:divide-x">
        <div className="min-w-0 p-5">
          <h2 className="text-base font-medium">Watch a folder sync</h2>
          <p className="mt-1 text-muted">Its files come into the library while you look on.</p>
          <ConnectLink className="mt-3" />
        </div>
        <div className="min-w-0 p-5">
          <h2 className="text-base font-medium">Show an operation of your own</h2>
          <p className="mt-1 text-muted">
            Anything that can make an HTTP call, or call SQL, can report its progress here.
          </p>
          <pre className="mt-3 rounded-md bg-raised px-3 py-2 text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
            <code>{CALL}</code>
          </pre>
        </div>
      </Card>
    </section>
  )
}

'use client'
import { type ReactNode, useState } from 'react'
import { laterPanels } from '#later-panels'
import { useIsHydrated } from '../hooks/use-is-hydrated.ts'
import { useLater } from '../hooks/use-later.ts'
import { NotYet } from './not-yet.tsx'

/**
 * The panels of the dashboard. On a server their code is there from the start. In a browser it comes after the page's own: until then
 * what the server rendered stays, greyed, as nobody keeps it up to date; where nothing was rendered, their places say that it comes.
 */
export function LaterPanels({ showDetails }: { showDetails: boolean }): ReactNode {
  const { value: Panels, hasFailed } = useLater(laterPanels, true)
  const isHydrated = useIsHydrated()
  const [isNew] = useState(isHydrated)
  if (Panels)
    return (
      <div className="sw-panels">
        <Panels showDetails={showDetails} />
      </div>
    )
  if (!isNew && !hasFailed)
    return (
      // React leaves alone what is within an element whose content is given as HTML, and so what the server wrote there.
      <div
        key="rendered"
        className="sw-panels"
        inert={isHydrated}
        suppressHydrationWarning
        // biome-ignore lint/security/noDangerouslySetInnerHtml: it is nothing, and never written while the page is hydrated
        dangerouslySetInnerHTML={nothing}
      />
    )
  return (
    <>
      <div className="sw-panel" />
      <div className="sw-panel sw-panel--wide sw-panel--later">
        <NotYet hasFailed={hasFailed} />
      </div>
    </>
  )
}

const nothing = { __html: '' }

import '../src/styles.css'
import './gallery.css'
import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import {
  CompactSyncIndicator,
  FloatingSyncStatus,
  SyncStatusIndicators,
  SyncStatusProvider,
  type SyncStatusState,
} from '../src/index.ts'
import { fixtureClient, stillClock } from '../test/fixture-client.ts'
import { FIXTURE_NAMES, FIXTURES } from '../test/fixture-states.ts'

/** One state with its own client, as if it stood alone on a page. */
function Shelf({ name, state }: { name: string; state: SyncStatusState }): ReactNode {
  const page = (children: ReactNode) => (
    <SyncStatusProvider client={fixtureClient(state)} clock={stillClock} detailsUrl="#details" memory={noMemory}>
      {children}
    </SyncStatusProvider>
  )
  return (
    <section data-state={name} aria-labelledby={`state-${name}`}>
      <h2 id={`state-${name}`}>{name}</h2>
      <div className="shelf">
        {page(<CompactSyncIndicator />)}
        {page(<SyncStatusIndicators showDetails />)}
        <div className="corner">{page(<FloatingSyncStatus />)}</div>
      </div>
    </section>
  )
}

const noMemory = { read: () => null, write: () => {} }

const root = document.getElementById('root')
if (!root) throw new Error('The page has no element with the id "root".')
createRoot(root).render(
  <StrictMode>
    <h1>Every indicator in every state</h1>
    {FIXTURE_NAMES.map((name) => (
      <Shelf key={name} name={name} state={FIXTURES[name]} />
    ))}
  </StrictMode>,
)

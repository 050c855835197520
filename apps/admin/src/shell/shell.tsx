import { CompactSyncIndicator, FloatingSyncStatus, useConnection, useIsLive } from '@syncwatch/react'
import { Link, Outlet } from '@tanstack/react-router'
import clsx from 'clsx'
import type { ReactNode } from 'react'
import { useMedia } from '../media/media-context.ts'
import { ThemeButton } from './theme-button.tsx'

const pages = [
  { to: '/', name: 'Overview' },
  { to: '/library', name: 'Library' },
  { to: '/stores', name: 'Stores' },
  { to: '/conflicts', name: 'Conflicts' },
  { to: '/operations', name: 'Operations' },
  { to: '/health', name: 'Health' },
] as const

/** On narrow screens the names of the others fill the line: there its link is on the page Health. */
const forAdministrators = [{ to: '/connections', name: 'Connections', className: 'max-lg:hidden' }] as const

/** The frame of every page: where one is, the compact indicator in the header, the floating one in its corner. */
export function Shell(): ReactNode {
  const isLive = useIsLive()
  const { role } = useConnection()
  return (
    <>
      <a href="#content" className="sr-only focus:not-sr-only focus:fixed focus:z-50 focus:bg-surface focus:p-2">
        Skip to content
      </a>
      <header className="sticky top-0 z-30 border-b border-line bg-surface">
        <div className="mx-auto flex max-w-7xl flex-wrap items-center gap-x-5 px-4 sm:h-12">
          <Link to="/" className="flex h-12 items-center gap-2 font-semibold" aria-label="Syncwatch, to the overview">
            <img src="/icon.svg" alt="" width="22" height="22" />
            <span className="max-sm:sr-only">Syncwatch</span>
          </Link>
          <nav
            aria-label="Pages"
            className="order-last -mx-1 flex w-full min-w-0 gap-1 overflow-x-auto px-0.5 pb-1 [scrollbar-width:none] max-sm:gap-0 sm:order-none sm:w-auto sm:overflow-visible sm:pb-0"
          >
            {[...pages, ...(role === 'admin' ? forAdministrators : [])].map((page) => (
              <Link
                key={page.to}
                to={page.to}
                activeOptions={{ exact: page.to === '/' }}
                className={clsx(
                  'relative rounded-md px-2 py-1.5 whitespace-nowrap text-muted max-sm:px-[2px] max-sm:text-[12px] hover:text-text aria-[current=page]:bg-raised aria-[current=page]:text-text',
                  'className' in page && page.className,
                )}
              >
                {page.name}
                {page.to === '/conflicts' && <ConflictCount />}
              </Link>
            ))}
          </nav>
          <div className="ml-auto flex items-center gap-2">
            <CompactSyncIndicator />
            <ThemeButton />
          </div>
        </div>
      </header>
      <main id="content" data-live={isLive} className="mx-auto max-w-7xl px-4 pt-5 pb-20">
        <Outlet />
      </main>
      <FloatingSyncStatus />
    </>
  )
}

/** How many conflicts wait; nothing while there is none, or while that is not known. */
function ConflictCount(): ReactNode {
  const { attention } = useMedia()
  const count = attention?.conflicts.reduce((sum, store) => sum + store.count, 0) ?? 0
  if (count === 0) return null
  return (
    <span
      data-figures
      className="text-xs text-warn sm:ml-1 sm:rounded-full sm:border sm:border-line sm:px-1.5"
      data-count={count}
    >
      {/* On a phone the names of all pages fill the line: there is room for a dot. */}
      <span className="absolute top-1 right-0 size-1.5 rounded-full bg-warn sm:hidden" aria-hidden="true" />
      <span className="max-sm:sr-only">{count > 999 ? '999+' : count}</span>
      <span className="sr-only"> open</span>
    </span>
  )
}

/** The parts of the program that each page needs, loaded when it is opened. */
export const pages = {
  overview: () => import('../overview/overview-page.tsx'),
  library: () => import('../library/library-page.tsx'),
  trash: () => import('../trash/trash-page.tsx'),
  conflicts: () => import('../conflicts/conflicts-page.tsx'),
  stores: () => import('../stores/stores-page.tsx'),
  store: () => import('../stores/store-page.tsx'),
  operations: () => import('../operations/operations-page.tsx'),
  operation: () => import('../operations/operation-detail-page.tsx'),
  health: () => import('../health/health-page.tsx'),
  connections: () => import('../connections/connections-page.tsx'),
} as const

/**
 * Fetches the pages that were not opened yet, once the browser has nothing better to do: whoever loses the connection can still go from
 * page to page, and is told by each of them what it cannot show.
 */
export function loadTheOthersWhenIdle(): void {
  const whenIdle = globalThis.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 1500))
  whenIdle(
    () => {
      // A part that is not had now is asked for again when its page is opened.
      for (const load of Object.values(pages)) load().catch(() => undefined)
    },
    { timeout: 10_000 },
  )
}

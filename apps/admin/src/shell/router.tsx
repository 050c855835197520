import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { ConflictsPage } from '../conflicts/conflicts-page.tsx'
import { parseConflictsSearch } from '../conflicts/conflicts-search.ts'
import { HealthPage } from '../health/health-page.tsx'
import { LibraryPage } from '../library/library-page.tsx'
import { parseLibrarySearch } from '../library/library-search.ts'
import { OperationDetailPage } from '../operations/operation-detail-page.tsx'
import { OperationsPage } from '../operations/operations-page.tsx'
import { parseOperationsSearch } from '../operations/operations-search.ts'
import { parseOverviewSearch } from '../overview/history-window.ts'
import { OverviewPage } from '../overview/overview-page.tsx'
import { StorePage } from '../stores/store-page.tsx'
import { TrashPage } from '../trash/trash-page.tsx'
import { NotFoundPage } from './not-found-page.tsx'
import { Shell } from './shell.tsx'

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage })

const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: OverviewPage,
  validateSearch: parseOverviewSearch,
})

export const operationsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/operations',
  component: OperationsPage,
  validateSearch: parseOperationsSearch,
})

export const operationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/operations/$operationId',
  component: OperationDetailPage,
})

const libraryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/library',
  component: LibraryPage,
  validateSearch: parseLibrarySearch,
})

const trashRoute = createRoute({ getParentRoute: () => rootRoute, path: '/trash', component: TrashPage })

const conflictsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/conflicts',
  component: ConflictsPage,
  validateSearch: parseConflictsSearch,
})

const storeRoute = createRoute({ getParentRoute: () => rootRoute, path: '/stores/$storeId', component: StorePage })

const healthRoute = createRoute({ getParentRoute: () => rootRoute, path: '/health', component: HealthPage })

/** Every page of the panel; the address holds what each of them shows. */
export const createPanelRouter = () =>
  createRouter({
    routeTree: rootRoute.addChildren([
      overviewRoute,
      libraryRoute,
      trashRoute,
      conflictsRoute,
      storeRoute,
      operationsRoute,
      operationRoute,
      healthRoute,
    ]),
    scrollRestoration: true,
    defaultPreload: false,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPanelRouter>
  }
}

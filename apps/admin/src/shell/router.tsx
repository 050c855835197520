import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { parseConflictsSearch } from '../conflicts/conflicts-search.ts'
import { parseConnectionsSearch } from '../connections/connections-search.ts'
import { parseLibrarySearch } from '../library/library-search.ts'
import { parseOperationsSearch } from '../operations/operations-search.ts'
import { parseOverviewSearch } from '../overview/history-window.ts'
import { parseStoreSearch, parseStoresSearch } from '../stores/stores-search.ts'
import { LoadingPage, NotLoadedPage } from './loading-page.tsx'
import { NotFoundPage } from './not-found-page.tsx'
import { pages } from './pages.ts'
import { Shell } from './shell.tsx'

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage })
const below = { getParentRoute: () => rootRoute }

const routes = [
  createRoute({
    ...below,
    path: '/',
    component: lazyRouteComponent(pages.overview, 'OverviewPage'),
    validateSearch: parseOverviewSearch,
  }),
  createRoute({
    ...below,
    path: '/library',
    component: lazyRouteComponent(pages.library, 'LibraryPage'),
    validateSearch: parseLibrarySearch,
  }),
  createRoute({ ...below, path: '/trash', component: lazyRouteComponent(pages.trash, 'TrashPage') }),
  createRoute({
    ...below,
    path: '/conflicts',
    component: lazyRouteComponent(pages.conflicts, 'ConflictsPage'),
    validateSearch: parseConflictsSearch,
  }),
  createRoute({
    ...below,
    path: '/stores',
    component: lazyRouteComponent(pages.stores, 'StoresPage'),
    validateSearch: parseStoresSearch,
  }),
  createRoute({
    ...below,
    path: '/stores/$storeId',
    component: lazyRouteComponent(pages.store, 'StorePage'),
    validateSearch: parseStoreSearch,
  }),
  createRoute({
    ...below,
    path: '/operations',
    component: lazyRouteComponent(pages.operations, 'OperationsPage'),
    validateSearch: parseOperationsSearch,
  }),
  createRoute({
    ...below,
    path: '/operations/$operationId',
    component: lazyRouteComponent(pages.operation, 'OperationDetailPage'),
  }),
  createRoute({ ...below, path: '/health', component: lazyRouteComponent(pages.health, 'HealthPage') }),
  createRoute({
    ...below,
    path: '/connections',
    component: lazyRouteComponent(pages.connections, 'ConnectionsPage'),
    validateSearch: parseConnectionsSearch,
  }),
] as const

/** Every page of the panel; the address holds what each of them shows. */
export const createPanelRouter = () =>
  createRouter({
    routeTree: rootRoute.addChildren(routes),
    scrollRestoration: true,
    defaultPreload: 'intent',
    defaultPendingComponent: LoadingPage,
    defaultErrorComponent: NotLoadedPage,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPanelRouter>
  }
}

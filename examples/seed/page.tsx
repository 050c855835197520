import type { SyncClient } from '@syncwatch/client'
import { renderToString } from 'react-dom/server'
import { SyncStatusProvider } from '@/components/providers/SyncStatusProvider'
import { MyComponent } from '@/usage/my-component'
import { Dashboard, Floating, Header } from '@/usage/status-indicators'

/** The page with what a client knows at this moment. */
export function renderPage(client: SyncClient): string {
  return renderToString(
    <SyncStatusProvider client={client}>
      <Header />
      <MyComponent />
      <Dashboard />
      <Floating />
    </SyncStatusProvider>,
  ).replaceAll('<!-- -->', '')
}

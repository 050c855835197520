import type { SyncClient } from '@syncwatch/client'
import type { ComponentType } from 'react'
import { renderToString } from 'react-dom/server'
import { SyncStatusProvider } from '@/components/providers/SyncStatusProvider'

/** A page of these components, with what a client knows at this moment. */
export function renderPage(client: SyncClient, components: readonly ComponentType[]): string {
  return renderToString(
    <SyncStatusProvider client={client}>
      {components.map((Component, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are never put in another order
        <Component key={index} />
      ))}
    </SyncStatusProvider>,
  ).replaceAll('<!-- -->', '')
}

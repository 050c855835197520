import '@syncwatch/react/styles.css'
import './theme/theme.css'
import { createLibraryClient } from '@syncwatch/client/library'
import { SyncStatusProvider } from '@syncwatch/react'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createPanelClient } from './client/panel-client.ts'
import { MediaProvider } from './media/media-provider.tsx'
import { loadTheOthersWhenIdle } from './shell/pages.ts'
import { createPanelRouter } from './shell/router.tsx'

const root = document.getElementById('root')
if (!root) throw new Error('The page has no element with the id "root".')
const client = createPanelClient()
const media = createLibraryClient()
createRoot(root).render(
  <StrictMode>
    <SyncStatusProvider client={client} detailsUrl="/operations">
      <MediaProvider api={media}>
        <RouterProvider router={createPanelRouter()} />
      </MediaProvider>
    </SyncStatusProvider>
  </StrictMode>,
)
loadTheOthersWhenIdle()

import { createSyncStatusManager, handler } from '@syncwatch/status'

/**
 * The status of this application, on the database of DATABASE_URL. In a function that is frozen after its answer nothing may be
 * left for later, so every call waits for its commit.
 */
export const manager = createSyncStatusManager({ durability: 'await' })

/** One function for the API and the event stream. A real application asks its own session who this is. */
export const statusHandler = handler(manager, { authorize: () => ({ name: 'example', role: 'editor' }) })

import { createSyncClient, type SyncClient } from '@syncwatch/client'

/** A connected client in this process, with its first snapshot. */
export async function connectClient(url: string): Promise<SyncClient> {
  const client = createSyncClient({ url })
  const loaded = new Promise<void>((resolve) => {
    const stop = client.subscribe(() => {
      if (!client.getState().isLoaded) return
      stop()
      resolve()
    })
  })
  client.start()
  await loaded
  return client
}

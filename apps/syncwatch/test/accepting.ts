import { SyncStatusManager } from '@syncwatch/status-manager'

// Loaded into a server before it starts: progress that comes through the channel is accepted by the server's own manager and
// answered before it is committed, as an application has it that uses the manager in its own process.

/** What a test sends. */
export interface Accept {
  readonly id: string
  readonly progress: number
}

const start = SyncStatusManager.prototype.start
SyncStatusManager.prototype.start = async function (this: SyncStatusManager) {
  await start.call(this)
  process.on('message', async ({ id, progress }: Accept) => {
    // After a commit the next one is a second away, since nobody watches: so long the last value is in memory only.
    await this.updateProgress(id, { progress: 1 }, { durability: 'await' })
    await this.updateProgress(id, { progress }, { durability: 'accepted' })
    process.send?.('accepted')
  })
}

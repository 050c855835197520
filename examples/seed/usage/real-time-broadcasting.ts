import { SyncStatusManager } from '@/lib/syncStatusManager'

// Broadcast sync status to all connected clients
await SyncStatusManager.broadcastSyncUpdate({
  operation_id: 'sync_123',
  operation_type: 'upload',
  status: 'in_progress',
  progress: 75,
  message: 'Processing files...',
  timestamp: new Date().toISOString(),
})

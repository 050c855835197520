import { SyncStatusManager } from '@/lib/syncStatusManager'

// Create tracked sync operation
const operationId = await SyncStatusManager.createSyncOperation({
  operation_type: 'upload',
  total_items: 10,
  triggered_by: 'admin',
  source: 'manual',
})

// Update progress
await SyncStatusManager.updateSyncProgress(operationId, 50, 5, 0, 'Processing files...')

// Complete operation
await SyncStatusManager.completeSyncOperation(operationId, 'completed')

export { operationId }

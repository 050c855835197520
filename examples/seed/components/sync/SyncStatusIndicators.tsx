'use client'
export { CompactSyncIndicator, FloatingSyncStatus, SyncStatusIndicators } from '@syncwatch/react'

'use client'
export { SyncStatusProvider, useSyncStatus } from '@syncwatch/react'

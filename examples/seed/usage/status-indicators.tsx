import { CompactSyncIndicator, FloatingSyncStatus, SyncStatusIndicators } from '@/components/sync/SyncStatusIndicators'

/** Compact indicator for headers. */
export const Header = () => <CompactSyncIndicator className="mr-2" />

/** Full status dashboard. */
export const Dashboard = () => <SyncStatusIndicators showDetails={true} />

/** Floating status widget. */
export const Floating = () => <FloatingSyncStatus />

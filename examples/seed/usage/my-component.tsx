import { useSyncStatus } from '@/components/providers/SyncStatusProvider'

export const MyComponent = () => {
  const {
    isConnected,
    activeOperationsCount,
    systemHealth,
    // biome-ignore lint/correctness/noUnusedVariables: shown for its name
    lastUpdate,
  } = useSyncStatus()

  return (
    <div>
      <p>Connection: {isConnected ? 'Online' : 'Offline'}</p>
      <p>Active Operations: {activeOperationsCount}</p>
      <p>Health: {systemHealth.status}</p>
    </div>
  )
}

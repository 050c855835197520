import { useConnection, useWaitReason } from '@syncwatch/react'

/** Why stores cannot be connected or changed now; null where they can. */
export function useAdminWait(): string | null {
  const waits = useWaitReason()
  const { role } = useConnection()
  return waits ?? (role === 'admin' ? null : 'Only an administrator changes stores')
}

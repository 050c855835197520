import { useConnection } from '@syncwatch/react'
import { useWaitReason } from '@syncwatch/react/parts'

/** Why stores cannot be connected or changed now; null where they can. */
export function useAdminWait(): string | null {
  const waits = useWaitReason()
  const { role } = useConnection()
  return waits ?? (role === 'admin' ? null : 'Only an administrator changes stores')
}

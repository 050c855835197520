import { useNow, useStores } from '@syncwatch/react'
import { useEffect, useState } from 'react'

const SETTLE_MS = 300
/** Where no store has changed, what others decided elsewhere is still seen. */
const AT_LEAST_MS = 30_000

/** Another value soon after any store has changed (a run ended, say), and now and then in any case. */
export function useStoresChange(): string {
  const tick = useNow(AT_LEAST_MS) ?? 0
  const stores = useStores()
  const now = `${Math.floor(tick / AT_LEAST_MS)}:${stores.map(({ id, rev }) => `${id}@${rev}`).join()}`
  const [settled, setSettled] = useState(now)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(now), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [now])
  return settled
}

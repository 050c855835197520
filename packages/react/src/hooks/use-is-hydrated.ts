'use client'
import { useSyncExternalStore } from 'react'

/** False while what a server rendered is taken over, when everything must read as there; true ever after. */
export function useIsHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}

const never = () => () => {}

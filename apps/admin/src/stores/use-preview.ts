import type { PlanPreview } from '@syncwatch/client/library'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useMedia } from '../media/media-context.ts'

export type PreviewState =
  | { name: 'none' }
  | { name: 'looking' }
  | { name: 'shown'; preview: PlanPreview; at: string }
  | { name: 'failed'; error: Error }

export interface Preview {
  state: PreviewState
  run: () => void
  stop: () => void
}

/** Looks what a run would do; it goes through the whole store, so it can be stopped, and leaving the page stops it. */
export function usePreview(storeId: string): Preview {
  const { api } = useMedia()
  const [state, setState] = useState<PreviewState>({ name: 'none' })
  const current = useRef<AbortController | null>(null)
  const stop = useCallback(() => {
    current.current?.abort()
    current.current = null
    setState({ name: 'none' })
  }, [])
  const run = useCallback(() => {
    current.current?.abort()
    const own = new AbortController()
    current.current = own
    setState({ name: 'looking' })
    api.stores.preview(storeId, { signal: own.signal }).then(
      (preview) => {
        if (current.current === own) setState({ name: 'shown', preview, at: new Date().toISOString() })
      },
      (error: Error) => current.current === own && setState({ name: 'failed', error }),
    )
  }, [api, storeId])
  useEffect(
    () => () => {
      current.current?.abort()
      current.current = null
    },
    [],
  )
  return { state, run, stop }
}

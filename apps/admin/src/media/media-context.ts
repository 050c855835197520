import { createContext, useContext } from 'react'
import type { Attention } from './attention.ts'
import type { MediaApi } from './media-api.ts'

export interface MediaContextValue {
  api: MediaApi
  /** Null until it was read. */
  attention: Attention | null
  /** Why it could not be read; what is here is of before then. */
  attentionProblem: string | null
  /** Reads anew what waits for a person, after something was decided. */
  refreshAttention: () => void
}

export const MediaContext = createContext<MediaContextValue | null>(null)

export function useMedia(): MediaContextValue {
  const value = useContext(MediaContext)
  if (value === null) throw new Error('useMedia needs a MediaProvider above it.')
  return value
}

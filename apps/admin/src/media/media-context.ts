import type { Attention, LibraryClient } from '@syncwatch/client/library'
import { createContext, useContext } from 'react'

export interface MediaContextValue {
  api: LibraryClient
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

/** What the address of the list of stores holds. */
export interface StoresSearch {
  /** The form that connects one is open. */
  add?: true
}

/** Takes what it knows from an address and leaves out the rest. */
export const parseStoresSearch = (search: Record<string, unknown>): StoresSearch =>
  search.add === true || search.add === 'true' ? { add: true } : {}

/** What the address of a store holds. */
export interface StoreSearch {
  /** What a run would do is shown. */
  preview?: true
  /** Of that, only what has this fate. */
  fate?: string
  /** The operation of the verification that is shown. */
  verify?: string
}

/** Takes what it knows from an address and leaves out the rest. */
export function parseStoreSearch(search: Record<string, unknown>): StoreSearch {
  const { preview, fate, verify } = search
  return {
    ...((preview === true || preview === 'true') && { preview: true as const }),
    ...(typeof fate === 'string' && fate !== '' && { fate }),
    ...(typeof verify === 'string' && verify !== '' && { verify }),
  }
}

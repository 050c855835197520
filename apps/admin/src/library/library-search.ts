/** What the address of the library holds. */
export interface LibrarySearch {
  /** The id of the asset whose detail is open. */
  asset?: string
}

/** Takes what it knows from an address and leaves out the rest. */
export const parseLibrarySearch = (search: Record<string, unknown>): LibrarySearch =>
  typeof search.asset === 'string' && search.asset !== '' ? { asset: search.asset } : {}

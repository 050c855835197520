/** What the address of the inbox holds. */
export interface ConflictsSearch {
  show?: 'decided'
}

/** Takes what it knows from an address and leaves out the rest. */
export const parseConflictsSearch = (search: Record<string, unknown>): ConflictsSearch =>
  search.show === 'decided' ? { show: 'decided' } : {}

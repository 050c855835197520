/** What the address of the list of connections holds. */
export interface ConnectionsSearch {
  /** `gone`: those as well that went away. */
  show?: 'gone'
}

/** Takes what it knows from an address and leaves out the rest. */
export const parseConnectionsSearch = (search: Record<string, unknown>): ConnectionsSearch =>
  search.show === 'gone' ? { show: 'gone' } : {}

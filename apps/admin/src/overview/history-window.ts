/** How far back the charts look, in hours; in the address as `hours`. */
export const HISTORY_WINDOWS = [24, 168] as const
export type HistoryWindow = (typeof HISTORY_WINDOWS)[number]

export interface OverviewSearch {
  hours?: HistoryWindow
  /** All that waits for a person, rather than the first of it. */
  needs?: 'all'
}

/** Takes what there is, and leaves out the rest. */
export function parseOverviewSearch(search: Record<string, unknown>): OverviewSearch {
  const hours = HISTORY_WINDOWS.find((known) => known === Number(search.hours))
  return {
    ...(hours !== undefined && hours !== HISTORY_WINDOWS[0] && { hours }),
    ...(search.needs === 'all' && { needs: 'all' }),
  }
}

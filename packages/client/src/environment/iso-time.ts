/** Epoch milliseconds as an ISO time in UTC. */
export const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString()

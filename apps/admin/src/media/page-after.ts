const PAGE = 100

/** What asks for the page after a cursor; null for the first. */
export const pageAfter = (cursor: string | null): { limit: number; cursor?: string } => ({
  limit: PAGE,
  ...(cursor !== null && { cursor }),
})

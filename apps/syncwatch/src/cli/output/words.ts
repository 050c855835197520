/** A number with its thousands set apart. */
export function countText(count: number): string {
  return count.toLocaleString('en-US')
}

/** `412/1,000`, or `412` while the total is not known. */
export function progressCounts(row: { processed_items: number; total_items: number | null }): string {
  const done = countText(row.processed_items)
  return row.total_items === null ? done : `${done}/${countText(row.total_items)}`
}

/** Milliseconds as `850 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`. */
export function spanText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** How long ago an ISO time is, `14 s ago`. */
export function agoText(time: string | null, now: number): string {
  return time === null ? 'never' : `${spanText(Math.max(0, now - Date.parse(time)))} ago`
}

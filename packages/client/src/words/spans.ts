const STEPS = [
  [24 * 60 * 60 * 1000, 'd'],
  [60 * 60 * 1000, 'h'],
  [60 * 1000, 'min'],
] as const

/** A span in its largest whole unit: `14 s`, `3 min`, `2 h`, `5 d`. Negative counts as none. */
export function plainSpan(milliseconds: number): string {
  const step = STEPS.find(([size]) => milliseconds >= size)
  return step ? `${Math.floor(milliseconds / step[0])} ${step[1]}` : `${Math.max(0, Math.floor(milliseconds / 1000))} s`
}

/** The local time of day of an ISO time, as 14:02:31; the text itself where it is no time. */
export function clockTime(iso: string): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return iso
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}

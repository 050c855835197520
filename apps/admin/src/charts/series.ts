import type { SnapshotRow } from '@syncwatch/client'

/** One moment of a chart. `value` is null where nothing was measured. */
export interface Point {
  at: number
  value: number | null
}

/** What a chart shows. */
export interface Series {
  name: string
  points: Point[]
  /** A value with its unit. */
  words: (value: number) => string
  /** Lines that mean something, such as the limit of an error rate. */
  lines?: { at: number; name: string; tone: 'warn' | 'bad' }[]
  /** The top of the scale is at least this. */
  leastTop: number
}

/** Error rate, throughput and p95 duration out of snapshots, oldest first. Rates of nothing are left open. */
export function seriesOf(snapshots: readonly SnapshotRow[], durationWords: (milliseconds: number) => string): Series[] {
  const rows = [...snapshots].sort((left, right) => left.created_at.localeCompare(right.created_at))
  const points = (value: (row: SnapshotRow) => number | null): Point[] =>
    rows.map((row) => ({
      at: Date.parse(row.created_at),
      value: row.metrics.totalOperations === 0 ? null : value(row),
    }))
  return [
    {
      name: 'Error rate',
      points: points((row) => row.metrics.errorRate * 100),
      words: (value) => `${value.toFixed(1)} %`,
      lines: [
        { at: 5, name: '5 %', tone: 'warn' },
        { at: 10, name: '10 %', tone: 'bad' },
      ],
      leastTop: 12,
    },
    {
      name: 'Throughput',
      points: points((row) => row.metrics.itemsPerSecond),
      words: (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} items/s`,
      leastTop: 1,
    },
    {
      name: '95 % end within',
      points: points((row) => row.metrics.p95Duration),
      words: durationWords,
      leastTop: 1000,
    },
  ]
}

/** The index of the point nearest to a time; null without points. */
export function nearest(points: readonly Point[], at: number): number | null {
  let best: number | null = null
  points.forEach((point, index) => {
    const known = best === null ? undefined : points[best]
    if (!known || Math.abs(point.at - at) < Math.abs(known.at - at)) best = index
  })
  return best
}

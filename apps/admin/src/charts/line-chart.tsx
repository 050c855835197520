import { scaleLinear } from 'd3-scale'
import { line } from 'd3-shape'
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react'
import type { Point, Series } from './series.ts'

const WIDTH = 320
const HEIGHT = 72

interface LineChartProps {
  series: Series
  from: number
  to: number
  /** The point that the cursor of all charts stands on. */
  cursor: number | null
  onCursor: (index: number | null) => void
  /** The index of the point at a time. */
  indexAt: (at: number) => number | null
  timeWords: (at: number) => string
}

/** A small line chart with its figure above it: that under the cursor, else the latest. Arrow keys move the cursor. */
export function LineChart({ series, from, to, cursor, onCursor, indexAt, timeWords }: LineChartProps): ReactNode {
  const { points, words, name } = series
  const top = Math.max(series.leastTop, ...points.map((point) => (point.value ?? 0) * 1.1))
  const x = scaleLinear([from, to], [0, WIDTH])
  const y = scaleLinear([0, top], [HEIGHT, 2])
  const shown = cursor === null ? points.at(-1) : points[cursor]
  const path = line<Point>()
    .defined((point) => point.value !== null)
    .x((point) => x(point.at))
    .y((point) => y(point.value ?? 0))
  const onPointerMove = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    onCursor(indexAt(from + ((event.clientX - box.left) / box.width) * (to - from)))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
    if (step === 0) return
    event.preventDefault()
    onCursor(Math.min(points.length - 1, Math.max(0, (cursor ?? points.length - 1) + step)))
  }
  const figure = shown && shown.value !== null ? words(shown.value) : '—'
  return (
    <div className="min-w-0 px-4 py-3">
      <div className="flex items-baseline justify-between gap-3">
        <h3 className="text-xs text-muted">{name}</h3>
        <span className="text-xs text-muted">{shown ? timeWords(shown.at) : ''}</span>
      </div>
      <p className="text-base font-semibold">{figure}</p>
      <div className="relative mt-1">
        {series.lines?.map((mark) => (
          <span
            key={mark.name}
            aria-hidden="true"
            className={`pointer-events-none absolute right-0 -translate-y-full text-[10px] leading-3 ${mark.tone === 'warn' ? 'text-warn' : 'text-bad'}`}
            style={{ top: y(mark.at) }}
          >
            {mark.name}
          </span>
        ))}
        <svg
          role="img"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move its cursor
          tabIndex={0}
          aria-label={`${name}: ${figure}${shown ? `, ${timeWords(shown.at)}` : ''}`}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="h-[72px] w-full border-b border-line"
          onPointerMove={onPointerMove}
          onPointerLeave={() => onCursor(null)}
          onKeyDown={onKeyDown}
          onBlur={() => onCursor(null)}
        >
          {series.lines?.map((mark) => (
            <line
              key={mark.name}
              x1="0"
              x2={WIDTH}
              y1={y(mark.at)}
              y2={y(mark.at)}
              className={mark.tone === 'warn' ? 'stroke-warn' : 'stroke-bad'}
              strokeDasharray={mark.tone === 'warn' ? '2 4' : '6 3'}
              vectorEffect="non-scaling-stroke"
            >
              <title>{mark.name}</title>
            </line>
          ))}
          <path
            d={path(points) ?? ''}
            fill="none"
            className="stroke-accent"
            strokeWidth="1.5"
            vectorEffect="non-scaling-stroke"
          />
          {cursor !== null && shown && (
            <line
              x1={x(shown.at)}
              x2={x(shown.at)}
              y1="0"
              y2={HEIGHT}
              className="stroke-muted"
              vectorEffect="non-scaling-stroke"
            />
          )}
        </svg>
      </div>
    </div>
  )
}

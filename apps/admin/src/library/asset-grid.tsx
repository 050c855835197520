import type { AssetRow } from '@syncwatch/core'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { AssetTile } from './asset-tile.tsx'

const TILE = 176
const GAP = 12
const CAPTION = 52

interface AssetGridProps {
  assets: AssetRow[]
  loadMore: (() => void) | null
  selected: ReadonlySet<string>
  onSelect: (id: string, isRange: boolean) => void
}

/** A grid that renders only the rows near the window; asks for more when its end comes near. */
export function AssetGrid({ assets, loadMore, selected, onSelect }: AssetGridProps): ReactNode {
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const columns = Math.max(2, Math.floor((width + GAP) / (TILE + GAP)))
  const tile = (width - GAP * (columns - 1)) / columns
  const rows = Math.ceil(assets.length / columns)
  const height = Math.round(tile * 0.75) + CAPTION + GAP
  const virtualizer = useWindowVirtualizer({
    count: rows,
    estimateSize: () => height,
    overscan: 3,
    scrollMargin: box.current?.offsetTop ?? 0,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new height makes every measured row wrong
  useLayoutEffect(() => virtualizer.measure(), [height, virtualizer])
  const visible = virtualizer.getVirtualItems()
  const last = visible.at(-1)?.index ?? 0
  useEffect(() => {
    if (loadMore && rows > 0 && last >= rows - 3) loadMore()
  }, [loadMore, last, rows])
  return (
    <div ref={box} className="relative" style={{ height: virtualizer.getTotalSize() }}>
      {width > 0 &&
        visible.map((row) => (
          <div
            key={row.key}
            className="absolute inset-x-0 grid"
            style={{
              gap: GAP,
              gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
              transform: `translateY(${row.start - virtualizer.options.scrollMargin}px)`,
            }}
          >
            {assets.slice(row.index * columns, (row.index + 1) * columns).map((asset) => (
              <AssetTile key={asset.id} asset={asset} isSelected={selected.has(asset.id)} onSelect={onSelect} />
            ))}
          </div>
        ))}
    </div>
  )
}

function useWidth(box: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    if (!box.current) return
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [box])
  return width
}

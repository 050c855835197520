import { type AssetRow, byteWords } from '@syncwatch/core'
import { useSyncStatusContext } from '@syncwatch/react'
import { Link } from '@tanstack/react-router'
import clsx from 'clsx'
import { FileIcon, ImageIcon, ImageOff } from 'lucide-react'
import { memo, type ReactNode, useState } from 'react'
import { SyncMark } from './sync-mark.tsx'

interface AssetTileProps {
  asset: AssetRow
  isSelected: boolean
  /** `isRange`: with all that lie between it and the last one that was chosen. */
  onSelect: (id: string, isRange: boolean) => void
}

/** A thumbnail, the name, what is known of the content, and whether the stores have it. Opens its detail; its corner selects it. */
export const AssetTile = memo(function AssetTile({ asset, isSelected, onSelect }: AssetTileProps): ReactNode {
  const details = [asset.width && asset.height ? `${asset.width} × ${asset.height}` : null, byteWords(asset.size)]
  return (
    <div className="group relative">
      <Link
        from="/library"
        to="/library"
        search={(before) => ({ ...before, asset: asset.id })}
        resetScroll={false}
        className={clsx(
          'block overflow-hidden rounded-lg border bg-surface hover:border-muted',
          isSelected ? 'border-accent' : 'border-line',
        )}
        data-asset={asset.key}
      >
        <Thumbnail key={asset.sha256 ?? asset.rev} asset={asset} />
        <span className="block px-2.5 py-1.5">
          <span className="block truncate" title={asset.key}>
            {asset.name}
          </span>
          <span className="flex items-center justify-between gap-2 text-xs text-muted">
            <span className="truncate">{details.filter(Boolean).join(' · ')}</span>
            <SyncMark asset={asset} />
          </span>
        </span>
      </Link>
      <label
        className={clsx(
          'absolute top-1 left-1 grid size-8 place-items-center rounded-md bg-surface/85 focus-within:opacity-100 pointer-coarse:opacity-100',
          isSelected ? 'opacity-100' : 'opacity-0 group-hover:opacity-100',
        )}
      >
        <input
          type="checkbox"
          className="size-4 accent-(--color-accent)"
          aria-label={`Select ${asset.key}`}
          checked={isSelected}
          // The mouse says with which keys it was pressed, a change does not.
          onClick={(event) => onSelect(asset.id, event.shiftKey)}
          onChange={() => {}}
        />
      </label>
    </div>
  )
})

const icons = { none: FileIcon, pending: ImageIcon, done: ImageOff, failed: ImageOff } as const

/** The picture once it is made; until then, and where there is none, a quiet sign of the same size. */
function Thumbnail({ asset }: { asset: AssetRow }): ReactNode {
  const { client } = useSyncStatusContext()
  const [isBroken, setBroken] = useState(false)
  const Icon = icons[asset.thumbnail]
  return (
    <span className="relative grid aspect-[4/3] place-items-center bg-raised text-muted">
      {asset.thumbnail === 'done' && !isBroken ? (
        <img
          src={`${client?.http.assets.thumbnailUrl(asset.id)}?v=${asset.sha256?.slice(0, 12) ?? asset.rev}`}
          alt=""
          loading="lazy"
          decoding="async"
          // A tall picture must not make its frame taller.
          className="absolute inset-0 size-full object-cover"
          onError={() => setBroken(true)}
        />
      ) : (
        <Icon
          size={26}
          strokeWidth={1.25}
          aria-hidden="true"
          className={asset.thumbnail === 'pending' ? 'opacity-40' : undefined}
        />
      )}
    </span>
  )
}

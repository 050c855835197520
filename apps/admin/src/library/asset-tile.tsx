import type { AssetRow } from '@syncwatch/core'
import { useSyncStatusContext } from '@syncwatch/react'
import { FileIcon } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { byteWords } from '../ui/bytes.ts'

/** A thumbnail, the name, and what is known of the content. Opens the content. */
export function AssetTile({ asset }: { asset: AssetRow }): ReactNode {
  const { client } = useSyncStatusContext()
  // A picture that was not there yet is asked for again once its dimensions are known.
  const version = `${asset.sha256?.slice(0, 12) ?? asset.rev}-${asset.width ?? 0}`
  const [brokenVersion, setBrokenVersion] = useState<string | null>(null)
  const isImage = asset.mime_type?.startsWith('image/') ?? false
  const details = [asset.width && asset.height ? `${asset.width} × ${asset.height}` : null, byteWords(asset.size)]
  return (
    <a
      href={client?.http.assets.contentUrl(asset.id)}
      target="_blank"
      rel="noreferrer"
      className="group block overflow-hidden rounded-lg border border-line bg-surface hover:border-muted"
      data-asset={asset.key}
    >
      <span className="grid aspect-[4/3] place-items-center bg-raised text-muted">
        {isImage && brokenVersion !== version ? (
          <img
            src={`${client?.http.assets.thumbnailUrl(asset.id)}?v=${version}`}
            alt=""
            loading="lazy"
            decoding="async"
            className="size-full object-cover"
            onError={() => setBrokenVersion(version)}
          />
        ) : (
          <FileIcon size={28} strokeWidth={1.25} aria-hidden="true" />
        )}
      </span>
      <span className="block px-2.5 py-1.5">
        <span className="block truncate" title={asset.key}>
          {asset.name}
        </span>
        <span className="block truncate text-xs text-muted">{details.filter(Boolean).join(' · ')}</span>
      </span>
    </a>
  )
}

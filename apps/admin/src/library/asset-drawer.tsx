import { type AssetDetail, byteWords } from '@syncwatch/core'
import { useIsLive } from '@syncwatch/react'
import { type ReactNode, useState } from 'react'
import { useMedia } from '../media/media-context.ts'
import { Picture } from '../media/picture.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { SkeletonRows } from '../ui/skeleton-rows.tsx'
import { AssetForm } from './asset-form.tsx'
import { DeleteAsset } from './delete-asset.tsx'
import { Part } from './part.tsx'
import { PICTURE_WORDS } from './picture-words.ts'
import { ReplaceContent } from './replace-content.tsx'
import { Replicas } from './replicas.tsx'
import { RestoreAsset } from './restore-asset.tsx'
import { useAssetDetail } from './use-asset-detail.ts'
import { Versions } from './versions.tsx'

/** Everything about one asset, and everything that can be done with it. */
export function AssetDrawer({ id, onClose }: { id: string; onClose: () => void }): ReactNode {
  const { data, problem, reload } = useAssetDetail(id)
  const isLive = useIsLive()
  const [isDirty, setDirty] = useState(false)
  const [isLeaving, setLeaving] = useState(false)
  const asset = data?.asset
  return (
    <Dialog
      title={asset?.name ?? 'Asset'}
      place="side"
      onClose={() => (isDirty && !isLeaving ? setLeaving(true) : onClose())}
    >
      {/* The dialog stands outside of the page's frame, which says whether its figures are live. */}
      <div data-live={isLive} data-asset-detail={asset?.id} className="space-y-6">
        {isLeaving && isDirty && (
          <div role="alert" className="flex flex-wrap items-center gap-2 rounded-lg border border-warn px-3 py-2">
            <span className="mr-auto">What you typed is not saved.</span>
            <Button onClick={() => setLeaving(false)}>Keep editing</Button>
            <Button onClick={onClose}>Discard and close</Button>
          </div>
        )}
        {problem && <Notice what="The asset could not be loaded." why={problem.message} retry={reload} />}
        {!data && !problem && <SkeletonRows rows={8} what="Loading" />}
        {data && asset && (
          <>
            <Facts asset={asset} />
            {asset.trashed_at === null ? (
              <>
                <Part title="Metadata">
                  <AssetForm key={id} asset={asset} onDraft={setDirty} reload={reload} />
                </Part>
                <Replicas asset={asset} replicas={data.replicas} />
                <Versions asset={asset} versions={data.versions} reload={reload} />
                <Part title="Change">
                  <div className="space-y-3">
                    <ReplaceContent asset={asset} reload={reload} />
                    <DeleteAsset asset={asset} usage={data.usage} reload={reload} />
                  </div>
                </Part>
              </>
            ) : (
              <RestoreAsset asset={asset} reload={reload} />
            )}
          </>
        )}
      </div>
    </Dialog>
  )
}

function Facts({ asset }: { asset: AssetDetail }): ReactNode {
  const { api } = useMedia()
  const facts = [
    asset.width && asset.height ? `${asset.width.toLocaleString()} × ${asset.height.toLocaleString()}` : null,
    byteWords(asset.size),
    asset.mime_type,
  ]
  const isThere = asset.thumbnail === 'done'
  const without = PICTURE_WORDS[asset.thumbnail]
  return (
    <section aria-label="Picture and facts">
      <Picture
        src={isThere ? api.assets.thumbnailUrl(asset.id, asset.sha256) : null}
        alt={asset.alt_text ?? ''}
        {...(without !== undefined && { without })}
        className="aspect-[16/10] w-full"
      />
      <p className="mt-2 [overflow-wrap:anywhere]">{asset.key}</p>
      <p className="text-muted">{facts.filter(Boolean).join(' · ')}</p>
      <p className="text-muted">
        Changed{' '}
        {asset.content_modified_at === null
          ? 'at a time unknown'
          : new Date(asset.content_modified_at).toLocaleString()}
        , added {new Date(asset.created_at).toLocaleString()}, revision {asset.revision}
        {asset.sha256 !== null && (
          <>
            , <span title={asset.sha256}>SHA-256 {asset.sha256.slice(0, 12)}…</span>
          </>
        )}
      </p>
      {asset.trashed_at === null && (
        <p className="mt-1">
          <a
            href={api.assets.contentUrl(asset.id, asset.sha256)}
            target="_blank"
            rel="noreferrer"
            className="text-accent underline underline-offset-2"
          >
            Open the original
          </a>
        </p>
      )}
    </section>
  )
}

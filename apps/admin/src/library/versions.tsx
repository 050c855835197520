import { type AssetDetail, type AssetVersion, byteWords } from '@syncwatch/core'
import { useWaitReason } from '@syncwatch/react/parts'
import { type ReactNode, useState } from 'react'
import { useMedia } from '../media/media-context.ts'
import { mayHavePicture, Picture } from '../media/picture.tsx'
import { useAct } from '../media/use-act.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Refused } from '../ui/refused.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Part } from './part.tsx'

interface VersionsProps {
  asset: AssetDetail
  versions: AssetVersion[]
  reload: () => void
}

/** Why it is not the current one any more. */
const REASONS: Record<string, string> = {
  replaced: 'replaced',
  restored: 'gave way to a restored one',
  conflict: 'gave way in a conflict',
  undo: 'gave way to an undo',
}

/** Content that it had before, each with its picture, to be looked at and had back. */
export function Versions({ asset, versions, reload }: VersionsProps): ReactNode {
  const { api } = useMedia()
  const { act, isBusy, refusal } = useAct()
  const waits = useWaitReason()
  const [restored, setRestored] = useState<string | null>(null)
  const restore = async (version: AssetVersion) => {
    setRestored(null)
    const answer = await act(() => api.assets.restoreVersion(asset.id, version.id, asset.revision))
    if (answer) setRestored(`It has its content of ${new Date(version.replaced_at).toLocaleString()} again.`)
    reload()
  }
  return (
    <Part title="Versions">
      <Card className="divide-y divide-line">
        {versions.length === 0 && <p className="px-3 py-2 text-muted">Its content was never replaced.</p>}
        {versions.map((version) => (
          <div key={version.id} className="flex items-center gap-3 px-3 py-2" data-version={version.id}>
            <Picture
              src={mayHavePicture(version.mime_type) ? api.assets.versionUrl(version, 'thumbnail') : null}
              className="h-12 w-16 flex-none"
            />
            <p className="min-w-0 flex-1">
              <a
                href={api.assets.versionUrl(version, 'content')}
                target="_blank"
                rel="noreferrer"
                className="underline decoration-line underline-offset-2 hover:text-accent"
              >
                {byteWords(version.size)}
              </a>
              <span className="text-muted">
                {' '}
                · {REASONS[version.reason] ?? version.reason} <RelativeTime iso={version.replaced_at} />
                {version.replaced_by && ` by ${version.replaced_by}`}
              </span>
            </p>
            <Button
              disabled={isBusy || waits !== null}
              title={waits ?? undefined}
              aria-label={`Restore the version of ${new Date(version.replaced_at).toLocaleString()}`}
              onClick={() => void restore(version)}
            >
              Restore
            </Button>
          </div>
        ))}
      </Card>
      <Refused error={refusal} className="mt-2" />
      <p role="status" className="text-muted">
        {restored}
      </p>
    </Part>
  )
}

import { type AssetDetail, byteWords } from '@syncwatch/core'
import { useWaitReason } from '@syncwatch/react/parts'
import { type ReactNode, useRef, useState } from 'react'
import { useMedia } from '../media/media-context.ts'
import { useAct } from '../media/use-act.ts'
import { Button } from '../ui/button.tsx'
import { Refused } from '../ui/refused.tsx'

const endingOf = (name: string): string => /\.[^./]+$/.exec(name)?.[0].toLowerCase() ?? ''

/** Gives it other bytes: a file is chosen, looked at once more, then sent. What it had stays as a version. */
export function ReplaceContent({ asset, reload }: { asset: AssetDetail; reload: () => void }): ReactNode {
  const { api } = useMedia()
  const { act, isBusy, refusal, clear } = useAct()
  const waits = useWaitReason()
  const input = useRef<HTMLInputElement>(null)
  // With the revision that was shown when the file was chosen: what others do since is not overwritten.
  const [chosen, setChosen] = useState<{ file: File; revision: number } | null>(null)
  const [isDone, setDone] = useState(false)
  const send = async () => {
    if (chosen === null) return
    const answer = await act(() => api.assets.replaceContent(asset.id, chosen.revision, chosen.file))
    setDone(answer !== null)
    setChosen(null)
    reload()
  }
  const isOtherType = chosen !== null && endingOf(chosen.file.name) !== endingOf(asset.name)
  return (
    <div>
      <input
        ref={input}
        type="file"
        hidden
        aria-label="The file that replaces it"
        onChange={(event) => {
          const file = event.target.files?.[0]
          setChosen(file ? { file, revision: asset.revision } : null)
          setDone(false)
          clear()
          event.target.value = ''
        }}
      />
      {chosen === null ? (
        <Button disabled={waits !== null} title={waits ?? undefined} onClick={() => input.current?.click()}>
          Replace the content …
        </Button>
      ) : (
        <div className="rounded-lg border border-line bg-surface px-3 py-2">
          <p className="[overflow-wrap:anywhere]">
            Replace {byteWords(asset.size)} by {chosen.file.name}, {byteWords(chosen.file.size)}? What it has now stays
            as a version.
          </p>
          {isOtherType && (
            <p className="text-warn">Its name stays {asset.name}, although this is another kind of file.</p>
          )}
          <div className="mt-2 flex flex-wrap gap-2">
            <Button disabled={isBusy || waits !== null} title={waits ?? undefined} onClick={() => void send()}>
              {isBusy ? `Sending ${byteWords(chosen.file.size)} …` : 'Replace'}
            </Button>
            {!isBusy && <Button onClick={() => setChosen(null)}>Cancel</Button>}
          </div>
        </div>
      )}
      <Refused error={refusal} className="mt-2" />
      <span role="status" className="ml-2 text-muted">
        {isDone && 'Replaced. The stores follow.'}
      </span>
    </div>
  )
}

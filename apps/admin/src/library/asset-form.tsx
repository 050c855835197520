import { isClientError } from '@syncwatch/client'
import type { AssetDetail } from '@syncwatch/core'
import { useWaitReason } from '@syncwatch/react/parts'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { useMedia } from '../media/media-context.ts'
import { useAct } from '../media/use-act.ts'
import { Button } from '../ui/button.tsx'
import { Refused } from '../ui/refused.tsx'
import { type AssetFields, changesBetween, editOf, FIELD_NAMES, fieldsOf } from './asset-fields.ts'
import { TagsField } from './tags-field.tsx'

const FIELD = 'mt-1 block w-full rounded-md border border-line bg-surface px-2 py-1 text-text'

export interface AssetFormProps {
  asset: AssetDetail
  /** Told what was typed and not saved. */
  onDraft: (isDirty: boolean) => void
  /** Reads the asset anew, after it was changed here or turned out to be another one. */
  reload: () => void
}

/**
 * Name, place and words of an asset. What is typed was decided on the asset that was shown then: when that is changed by somebody else
 * meanwhile, the form says what, and nothing of theirs is overwritten unseen.
 */
export function AssetForm({ asset, onDraft, reload }: AssetFormProps): ReactNode {
  const { api } = useMedia()
  const { act, isBusy, refusal, clear } = useAct()
  const waits = useWaitReason()
  const [draft, setDraft] = useState<Partial<AssetFields>>({})
  const [base, setBase] = useState(asset)
  const [isSaved, setSaved] = useState(false)
  const isDirty = editOf(base, draft) !== null
  // Until something is typed the form is what the asset is.
  const shown = isDirty ? base : asset
  const isOvertaken = isDirty && asset.revision !== base.revision
  const fields = { ...fieldsOf(shown), ...(isDirty && draft) }

  const set = (change: Partial<AssetFields>) => {
    const from = isDirty ? base : asset
    const next = { ...(isDirty && draft), ...change }
    setBase(from)
    setDraft(next)
    setSaved(false)
    onDraft(editOf(from, next) !== null)
  }
  const discard = () => {
    setDraft({})
    clear()
    onDraft(false)
  }
  const keep = () => {
    setBase(asset)
    clear()
  }
  const save = async (event: FormEvent) => {
    event.preventDefault()
    const edit = editOf(base, draft)
    if (edit === null) return
    if (await act(() => api.assets.edit(asset.id, base.revision, edit))) {
      discard()
      setSaved(true)
    }
    reload()
  }
  const text = (field: Exclude<keyof AssetFields, 'tags'>, rows = 0) => (
    <TextField
      name={FIELD_NAMES[field]}
      value={fields[field]}
      rows={rows}
      onChange={(value) => set({ [field]: value })}
    />
  )
  return (
    <form aria-label="Edit" className="space-y-3" onSubmit={(event) => void save(event)}>
      <div className="grid gap-3 sm:grid-cols-2">
        {text('name')}
        {text('folder')}
      </div>
      {text('display_name')}
      {text('alt_text', 2)}
      {text('description', 3)}
      <TagsField tags={fields.tags} onChange={(tags) => set({ tags })} />
      {isOvertaken && <Overtaken base={base} asset={asset} onKeep={keep} onDiscard={discard} />}
      {!(isOvertaken && isClientError(refusal, 'revision_stale')) && <Refused error={refusal} />}
      <div className="flex min-h-7 flex-wrap items-center gap-2">
        <Button
          type="submit"
          disabled={!isDirty || isOvertaken || isBusy || waits !== null}
          title={waits ?? (isOvertaken ? 'First decide about what was changed meanwhile' : undefined)}
        >
          {isBusy ? 'Saving …' : 'Save'}
        </Button>
        {isDirty && !isBusy && <Button onClick={discard}>Discard</Button>}
        <span role="status" className="text-muted">
          {isSaved && !isDirty ? 'Saved. The stores follow.' : ''}
        </span>
      </div>
    </form>
  )
}

interface TextFieldProps {
  name: string
  value: string
  /** 0: a single line. */
  rows: number
  onChange: (value: string) => void
}

function TextField({ name, value, rows, onChange }: TextFieldProps): ReactNode {
  const id = useId()
  const given = {
    id,
    value,
    className: FIELD,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  }
  return (
    <label htmlFor={id} className="block text-muted">
      {name}
      {rows > 0 ? <textarea rows={rows} {...given} /> : <input {...given} required={name === FIELD_NAMES.name} />}
    </label>
  )
}

interface OvertakenProps {
  /** What the person began to edit. */
  base: AssetDetail
  /** What it is now. */
  asset: AssetDetail
  onKeep: () => void
  onDiscard: () => void
}

/** Somebody else changed it meanwhile: what, and whether the edit goes on top of that. */
function Overtaken({ base, asset, onKeep, onDiscard }: OvertakenProps): ReactNode {
  return (
    <div role="alert" data-overtaken className="rounded-lg border border-warn px-3 py-2">
      <p className="font-medium">It was changed meanwhile. Nothing of yours is saved yet.</p>
      <dl className="mt-1">
        {changesBetween(base, asset).map(({ field, before, after }) => (
          <div key={field} className="flex gap-2 [overflow-wrap:anywhere]">
            <dt className="w-20 flex-none text-muted">{field}</dt>
            <dd>
              <del className="text-muted">{before || 'empty'}</del> →{' '}
              <ins className="no-underline">{after || 'empty'}</ins>
            </dd>
          </div>
        ))}
      </dl>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button onClick={onKeep}>Keep mine on top of that</Button>
        <Button onClick={onDiscard}>Discard mine</Button>
      </div>
    </div>
  )
}

import type { AssetEdit } from '@syncwatch/client/library'
import type { AssetDetail } from '@syncwatch/core'

/** What a person edits of an asset, as a form holds it: an empty text is no value. */
export interface AssetFields {
  folder: string
  name: string
  display_name: string
  description: string
  alt_text: string
  tags: readonly string[]
}

export const FIELD_NAMES: Record<keyof AssetFields, string> = {
  folder: 'Folder',
  name: 'Name',
  display_name: 'Title',
  description: 'Description',
  alt_text: 'Alt text',
  tags: 'Tags',
}

export function fieldsOf(asset: AssetDetail): AssetFields {
  return {
    folder: asset.folder,
    name: asset.name,
    display_name: asset.display_name ?? '',
    description: asset.description ?? '',
    alt_text: asset.alt_text ?? '',
    tags: asset.tags,
  }
}

const FIELDS = Object.keys(FIELD_NAMES) as (keyof AssetFields)[]

const textOf = (value: AssetFields[keyof AssetFields]): string =>
  typeof value === 'string' ? value : [...value].sort().join(', ')

/** One value that is another one now. */
export interface FieldChange {
  field: string
  before: string
  after: string
}

/** What became another value between two states of an asset: its fields, and its content. */
export function changesBetween(before: AssetDetail, after: AssetDetail): FieldChange[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)]
  const changes = FIELDS.map((field) => ({
    field: FIELD_NAMES[field],
    before: textOf(old[field]),
    after: textOf(now[field]),
  })).filter((change) => change.before !== change.after)
  return before.sha256 === after.sha256
    ? changes
    : [...changes, { field: 'Content', before: exactBytes(before), after: exactBytes(after) }]
}

/** All the digits: two contents may be of nearly the same size. */
const exactBytes = ({ size }: AssetDetail): string => `${size.toLocaleString('en-US')} bytes`

/** The edit that makes an asset what the form holds; null where it is that already. */
export function editOf(asset: AssetDetail, draft: Partial<AssetFields>): AssetEdit | null {
  const before = fieldsOf(asset)
  const after = { ...before, ...draft }
  const changed = (field: keyof AssetFields) => textOf(before[field]) !== textOf(after[field])
  const orNull = (text: string) => (text.trim() === '' ? null : text)
  const folder = after.folder.trim().replace(/^\/+|\/+$/g, '')
  const edit: AssetEdit = {
    ...((changed('folder') || changed('name')) && {
      key: folder === '' ? after.name : `${folder}/${after.name}`,
    }),
    ...(changed('display_name') && { display_name: orNull(after.display_name) }),
    ...(changed('description') && { description: orNull(after.description) }),
    ...(changed('alt_text') && { alt_text: orNull(after.alt_text) }),
    ...(changed('tags') && { tags: [...after.tags] }),
  }
  return Object.keys(edit).length === 0 ? null : edit
}

import { X } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react'

interface TagsFieldProps {
  tags: readonly string[]
  onChange: (tags: string[]) => void
}

/** Tags as a row of words: Enter or a comma adds one, Backspace in the empty field takes the last away. */
export function TagsField({ tags, onChange }: TagsFieldProps): ReactNode {
  const id = useId()
  const [typed, setTyped] = useState('')
  const add = () => {
    // Several at once, where a list was pasted.
    const given = typed.split(',').map((tag) => tag.trim())
    const added = [...new Set(given)].filter((tag) => tag !== '' && !tags.includes(tag))
    setTyped('')
    if (added.length > 0) onChange([...tags, ...added])
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Backspace' && typed === '' && tags.length > 0) onChange(tags.slice(0, -1))
    if (event.key !== 'Enter' && event.key !== ',') return
    if (event.key === 'Enter' && typed === '') return
    event.preventDefault()
    add()
  }
  return (
    <div className="text-muted">
      <label htmlFor={id}>Tags</label>
      <div className="mt-1 flex flex-wrap items-center gap-1.5 rounded-md border border-line bg-surface p-1">
        {tags.map((tag) => (
          <span key={tag} className="inline-flex items-center rounded bg-raised pl-2 text-text">
            <span className="[overflow-wrap:anywhere]">{tag}</span>
            <button
              type="button"
              aria-label={`Remove the tag ${tag}`}
              className="grid size-6 flex-none place-items-center text-muted hover:text-text"
              onClick={() => onChange(tags.filter((other) => other !== tag))}
            >
              <X size={13} aria-hidden="true" />
            </button>
          </span>
        ))}
        <input
          id={id}
          value={typed}
          placeholder={tags.length === 0 ? 'Add a tag' : ''}
          className="min-w-24 flex-1 bg-transparent px-1 py-0.5 text-text placeholder:text-muted"
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={press}
          onBlur={add}
        />
      </div>
    </div>
  )
}

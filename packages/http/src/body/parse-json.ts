import { isStorable, SyncwatchError } from '@syncwatch/core'

const MAX_DEPTH = 32
const LINE_BREAKS = /[\r\n]+/g

/** Parses a body. Refuses what Postgres cannot store as jsonb: NUL, half surrogates, very deep nesting. */
export function parseJson(text: string): unknown {
  const value = parse(text)
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new SyncwatchError('invalid_input', 'The body must be a JSON object.')
  }
  checkStorable(value)
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason =
      error instanceof Error ? error.message.replace(LINE_BREAKS, ' ').slice(0, 120) : 'it cannot be parsed'
    throw new SyncwatchError('invalid_input', `The body is not valid JSON: ${reason}.`)
  }
}

/** Walks without recursion, so that nesting cannot exhaust the stack. */
function checkStorable(root: object): void {
  const open: { value: unknown; depth: number }[] = [{ value: root, depth: 1 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value === 'string') checkText(next.value)
    if (next.value === null || typeof next.value !== 'object') continue
    if (next.depth > MAX_DEPTH) {
      throw new SyncwatchError('invalid_input', `The body is nested more than ${MAX_DEPTH} levels deep.`)
    }
    for (const [key, value] of Object.entries(next.value)) {
      checkText(key)
      open.push({ value, depth: next.depth + 1 })
    }
  }
}

function checkText(text: string): void {
  if (isStorable(text)) return
  throw new SyncwatchError('invalid_input', 'Text may contain neither the character U+0000 nor half a surrogate pair.')
}

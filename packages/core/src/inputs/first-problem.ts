import type { z } from 'zod'

/** The first wrong field of a refused value, as a path (`items[3].bytes`, '' for the whole), and a sentence about it. */
export interface FirstProblem {
  readonly field: string
  readonly sentence: string
}

/** Picks the first problem of a refusal and says it in one sentence. */
export function firstProblem(error: z.ZodError): FirstProblem {
  const [issue] = error.issues
  if (issue === undefined) return { field: '', sentence: 'The input is not valid.' }
  const path = pathOf(issue.path)
  if (issue.code === 'unrecognized_keys') {
    const key = pathOf([...issue.path, cut(issue.keys[0] ?? '')])
    return { field: key, sentence: `There is no field "${key}" here.` }
  }
  return { field: path, sentence: `${path === '' ? 'The input' : path} ${predicateOf(issue)}.` }
}

/** What is said of the field. Our own messages are predicates already; those of the library are turned into one. */
function predicateOf(issue: z.core.$ZodIssue): string {
  if (issue.message.startsWith('must ')) return issue.message
  switch (issue.code) {
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`
    case 'invalid_type':
      return `must be ${ARTICLES[issue.expected] ?? issue.expected}`
    case 'too_big':
      return `must be at most ${issue.maximum}${UNITS[issue.origin] ?? ''}`
    case 'too_small':
      return `must be at least ${issue.minimum}${UNITS[issue.origin] ?? ''}`
    default:
      return `is not valid (${issue.message})`
  }
}

const ARTICLES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  boolean: 'true or false',
}

const UNITS: Readonly<Record<string, string>> = { string: ' characters long', array: ' entries long' }

function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${cut(String(part))}`))
    .join('')
}

// A name comes from outside and may be long.
function cut(name: string): string {
  return name.length > 64 ? `${name.slice(0, 64)}…` : name
}

import { type ErrorCode, SyncwatchError } from '@syncwatch/core'

interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

interface Outcome {
  readonly success: boolean
  readonly target: string
  readonly error?: { readonly issues: readonly Issue[] }
}

const PLACES: Record<string, string> = {
  json: 'the body',
  query: 'the query',
  param: 'the address',
  header: 'the headers',
}

/** Refuses input that does not fit its schema: `invalid_input`, or the code given for a field by name. */
export function refuseInvalid(codes: Readonly<Record<string, ErrorCode>> = { cursor: 'invalid_cursor' }) {
  return (outcome: Outcome): undefined => {
    const issues = outcome.error?.issues ?? []
    const [first] = issues
    if (outcome.success || first === undefined) return undefined
    const place = PLACES[outcome.target] ?? outcome.target
    const errors = issues.slice(0, 20).map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
    const name = errors[0]?.path
    const detail = name ? `"${name}" in ${place}: ${first.message}.` : `In ${place}: ${first.message}.`
    const code = codes[String(first.path[0] ?? '')] ?? 'invalid_input'
    throw new SyncwatchError(code, detail.replace(/\.\.$/, '.'), { details: { errors } })
  }
}

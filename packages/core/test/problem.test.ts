import { describe, expect, it } from 'vitest'
import { ERROR_CATALOGUE, type ErrorCode, problemHeaders, SyncwatchError, toProblem } from '../src/index.ts'

describe('toProblem', () => {
  it('says what happened, with the details beside it', () => {
    const error = new SyncwatchError('invalid_input', 'source must be text.', { details: { field: 'source' } })
    expect(toProblem(error, '/api/v1/operations')).toEqual({
      type: 'urn:syncwatch:error:invalid_input',
      title: 'The input is not valid',
      status: 400,
      detail: 'source must be text.',
      code: 'invalid_input',
      retryable: false,
      instance: '/api/v1/operations',
      field: 'source',
    })
  })

  it.each(Object.keys(ERROR_CATALOGUE) as ErrorCode[])('knows %s', (code) => {
    const problem = toProblem(new SyncwatchError(code, 'Why.'))
    expect(problem).toMatchObject({ code, status: ERROR_CATALOGUE[code].status, detail: 'Why.' })
    expect(problem.status).toBeGreaterThanOrEqual(400)
    expect(problem).not.toHaveProperty('instance')
  })

  it('lets no detail take the place of a standard member', () => {
    const details = { status: 200, code: 'fine', type: 'x', title: 'x', detail: 'x', retryable: true, instance: '/x' }
    expect(toProblem(new SyncwatchError('forbidden', 'No.', { details }))).toEqual({
      type: 'urn:syncwatch:error:forbidden',
      title: ERROR_CATALOGUE.forbidden.title,
      status: 403,
      detail: 'No.',
      code: 'forbidden',
      retryable: false,
    })
  })

  it.each([new Error('password=hunter2'), 'password=hunter2', { code: 'forbidden' }, null, undefined])(
    'tells nothing of what is no SyncwatchError (%s)',
    (thrown) => {
      const problem = toProblem(thrown)
      expect(problem).toMatchObject({ code: 'internal', status: 500 })
      expect(JSON.stringify(problem)).not.toContain('hunter2')
    },
  )
})

describe('problemHeaders', () => {
  it.each<[ErrorCode, Record<string, string>]>([
    ['invalid_input', {}],
    ['unauthorized', { 'www-authenticate': 'Bearer' }],
    ['rate_limited', { 'retry-after': '2' }],
    ['database_unavailable', { 'retry-after': '2' }],
  ])('says beside %s what HTTP asks for', (code, more) => {
    expect(problemHeaders(toProblem(new SyncwatchError(code, 'Why.')))).toEqual({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...more,
    })
  })
})

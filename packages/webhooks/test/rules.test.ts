import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { judgeAttempt, RETRY_DELAYS, readRetryAfter } from '../src/dispatch/judge-attempt.ts'
import { signMessage } from '../src/events/sign-message.ts'
import { makeSecret, maskSecret } from '../src/events/webhook-secret.ts'

const NOW = Date.UTC(2026, 0, 31, 12)

describe('signatures', () => {
  const vector = {
    messageId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    at: 1614265330_000,
    payload: '{"test": 2432232314}',
    secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  }

  test('are those of the specification', () => {
    expect(signMessage(vector)).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  test('are one a secret, and each secret alone verifies', () => {
    const secrets = [makeSecret(), makeSecret()]
    const headers = signMessage({ ...vector, at: Date.now() + 900, secrets })
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2)
    for (const secret of secrets)
      expect(new Webhook(secret).verify(vector.payload, headers)).toEqual({ test: 2432232314 })
    expect(() => new Webhook(makeSecret()).verify(vector.payload, headers)).toThrow()
  })

  test('a mask tells two secrets apart and gives neither away', () => {
    const secret = makeSecret()
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/)
    expect(maskSecret(secret)).toBe(`whsec_…${secret.slice(-4)}`)
  })
})

describe('what becomes of an attempt', () => {
  const answered = (status: number, retryAfter: string | null = null) => ({ answer: { status, retryAfter } })

  test.each([200, 201, 202, 204, 299])('%i is delivered', (status) => {
    expect(judgeAttempt(answered(status), 1, NOW)).toEqual({ kind: 'delivered', status })
  })

  test.each([100, 199, 300, 301, 302, 307, 308, 400, 401, 404, 408, 429, 500, 503, 0])(
    '%i is tried again',
    (status) => {
      expect(judgeAttempt(answered(status), 1, NOW)).toMatchObject({ kind: 'retry', status, at: NOW + 5_000 })
    },
  )

  test('410 is the end of the endpoint', () => {
    expect(judgeAttempt(answered(410), 1, NOW)).toMatchObject({ kind: 'gone', status: 410 })
  })

  test('ten attempts over three days, then it is dead', () => {
    expect(RETRY_DELAYS.map((delay) => delay / 1000)).toEqual([
      0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
    ])
    for (const [attempts, delay] of RETRY_DELAYS.entries())
      if (attempts > 0)
        expect(judgeAttempt({ failure: 'x' }, attempts, NOW)).toEqual({
          kind: 'retry',
          status: null,
          error: 'x',
          at: NOW + delay,
        })
    expect(judgeAttempt({ failure: 'x' }, 10, NOW)).toEqual({ kind: 'dead', status: null, error: 'x' })
    expect(judgeAttempt({ failure: 'x' }, 11, NOW)).toMatchObject({ kind: 'dead' })
  })

  test.each([
    ['120', 120_000],
    [' 7 ', 7_000],
    ['0', 0],
    ['Sat, 31 Jan 2026 12:10:00 GMT', 600_000],
    ['Sat, 31 Jan 2026 11:00:00 GMT', 0],
    ['999999999', 86_400_000],
    ['soon', 0],
    ['-5', 0],
    [null, 0],
  ])('Retry-After %j is %i ms', (header, wait) => {
    expect(readRetryAfter(header, NOW)).toBe(wait)
    expect(judgeAttempt(answered(503, header), 1, NOW)).toMatchObject({ at: NOW + Math.max(5_000, wait) })
  })
})

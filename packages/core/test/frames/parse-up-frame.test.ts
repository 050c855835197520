import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSyncwatchError, parseUpFrame, UP_FRAME_LIMIT, type UpFrame } from '../../src/index.ts'

const hello = { type: 'hello', protocol: 1, clientId: 'tab-1' }
const operation = '0190a1b2-0000-7000-8000-000000000001'

describe('parseUpFrame', () => {
  it.each<UpFrame>([
    { type: 'hello', protocol: 1, clientId: 'tab-1' },
    {
      type: 'hello',
      protocol: 1,
      clientId: 'tab 1 ~ of "mine"',
      ticket: 't',
      resume: { epoch: 'e', cursor: '18446744073709551615' },
      topics: ['health', { topic: 'operations', filter: { status: ['failed'], id: [operation] } }],
      reconnectAttempts: 3,
    },
    { type: 'subscribe', topic: `items:${operation}` },
    { type: 'subscribe', topic: 'operations', filter: { operation_type: ['upload'], store_id: [] } },
    { type: 'unsubscribe', topic: 'operations' },
    { type: 'ping', t: 12.5, latency: 3 },
    { type: 'pace', maxHz: 1 },
  ])('takes $type', (frame) => {
    expect(parseUpFrame(JSON.stringify(frame))).toEqual(frame)
  })

  it('reads ids in any letter case as rows spell them', () => {
    const frame = { type: 'subscribe', topic: 'operations', filter: { id: [operation.toUpperCase()] } }
    expect(parseUpFrame(JSON.stringify(frame))).toMatchObject({ filter: { id: [operation] } })
  })

  it.each<[string, string, RegExp]>([
    ['nothing', '', /one JSON object/],
    ['half a frame', '{"type":"ping","t":1', /one JSON object/],
    ['a frame after a frame', '{"type":"ping","t":1}{}', /one JSON object/],
    ['a list', '[]', /must be an object/],
    ['null', 'null', /must be an object/],
    ['no type', '{}', /^type /],
    ['an unknown type', '{"type":"shout"}', /^type /],
    ['a down frame', '{"type":"pong","t":1,"serverTime":""}', /^type /],
    ['a field too many', '{"type":"ping","t":1,"and":2}', /no field "and"/],
    ['a prototype', '{"type":"ping","t":1,"__proto__":{"x":1}}', /no field "__proto__"/],
    ['a missing field', '{"type":"ping"}', /^t must be a number/],
    ['text for a number', '{"type":"ping","t":"1"}', /^t must be a number/],
    ['an overflowing number', '{"type":"ping","t":1e999}', /^t must be/],
    ['a pace of nothing', '{"type":"pace","maxHz":0}', /^maxHz must be at least 0.01/],
    ['an absurd pace', '{"type":"pace","maxHz":1e9}', /^maxHz must be at most 1000/],
    ['an absurd latency', '{"type":"ping","t":1,"latency":-1}', /^latency must be at least 0/],
    ['an empty client id', JSON.stringify({ ...hello, clientId: '' }), /^clientId must not be empty/],
    ['a long client id', JSON.stringify({ ...hello, clientId: 'x'.repeat(101) }), /^clientId must have at most 100/],
    ['a client id with NUL', JSON.stringify({ ...hello, clientId: 'a\u0000' }), /^clientId must be valid Unicode/],
    ['half a surrogate pair', '{"type":"hello","protocol":1,"clientId":"\\ud800"}', /^clientId must be valid Unicode/],
    [
      'a client id in letters that look alike',
      JSON.stringify({ ...hello, clientId: 'аdmin' }),
      /^clientId must be made of/,
    ],
    ['a client id of two lines', JSON.stringify({ ...hello, clientId: 'a\nb' }), /^clientId must be made of/],
    ['half a protocol', JSON.stringify({ ...hello, protocol: 1.5 }), /^protocol must be a whole number/],
    ['a cursor of words', JSON.stringify({ ...hello, resume: { epoch: '', cursor: '1; drop' } }), /^resume\.cursor /],
    [
      'too many topics',
      JSON.stringify({ ...hello, topics: new Array(21).fill('health') }),
      /^topics must be at most 20/,
    ],
    [
      'an unknown status',
      '{"type":"subscribe","topic":"operations","filter":{"status":["done"]}}',
      /^filter\.status\[0\]/,
    ],
    [
      'an id that is none',
      '{"type":"subscribe","topic":"operations","filter":{"id":["1"]}}',
      /^filter\.id\[0\] must be a uuid/,
    ],
  ])('refuses %s', (_, text, sentence) => {
    expect(() => parseUpFrame(text)).toThrow(expect.objectContaining({ code: 'frame_invalid' }))
    expect(() => parseUpFrame(text)).toThrow(sentence)
  })

  it.each([0, 2, 99])('tells a hello of protocol %d so, whatever else it holds', (protocol) => {
    const text = JSON.stringify({ type: 'hello', protocol, client: 'spelt otherwise then' })
    expect(() => parseUpFrame(text)).toThrow(expect.objectContaining({ code: 'protocol_unsupported' }))
    expect(() => parseUpFrame(text)).toThrow(`speaks protocol 1, not ${protocol}`)
  })

  it('refuses a frame above the limit unread, and takes one of the limit', () => {
    const frame = (length: number) => {
      const text = '{"type":"ping","t":1}'
      return text + ' '.repeat(length - text.length)
    }
    expect(parseUpFrame(frame(UP_FRAME_LIMIT))).toEqual({ type: 'ping', t: 1 })
    expect(() => parseUpFrame(frame(UP_FRAME_LIMIT + 1))).toThrow(/at most 65536 characters/)
  })

  it('survives deep nesting', () => {
    expect(() => parseUpFrame('['.repeat(UP_FRAME_LIMIT))).toThrow(/one JSON object/)
    expect(() => parseUpFrame(`${'['.repeat(30_000)}${']'.repeat(30_000)}`)).toThrow(/must be an object/)
    const filter = `${'{"a":'.repeat(8_000)}1${'}'.repeat(8_000)}`
    expect(() => parseUpFrame(`{"type":"subscribe","topic":"operations","filter":${filter}}`)).toThrow(/no field/)
  })

  it('throws nothing but its own errors, with one short sentence, whatever comes', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({ type: fc.constantFrom('hello', 'ping', 'subscribe', 'pace', 'x'), t: fc.jsonValue() })
        .map((frame) => JSON.stringify(frame)),
      fc.dictionary(fc.string({ maxLength: 200 }), fc.jsonValue()).map((rest) => JSON.stringify({ ...hello, ...rest })),
    )
    fc.assert(
      fc.property(anything, (text) => {
        try {
          parseUpFrame(text)
        } catch (error) {
          expect(isSyncwatchError(error)).toBe(true)
          expect(['frame_invalid', 'protocol_unsupported']).toContain((error as { code: string }).code)
          expect((error as Error).message).toMatch(/\.$/)
          expect((error as Error).message.length).toBeLessThan(500)
        }
      }),
      { numRuns: 500 },
    )
  })
})

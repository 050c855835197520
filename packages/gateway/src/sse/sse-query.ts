import { firstProblem, type Hello, helloSchema, PROTOCOL_VERSION, type Random, SyncwatchError } from '@syncwatch/core'

/** What an event stream asks for: it has no way up, so everything stands in the address. */
export interface SseQuery {
  readonly hello: Hello
  /** At most so many deltas a second. */
  readonly maxHz: number | null
}

/**
 * Reads `topics` (comma-separated), `filter` (JSON, for `operations`), `ticket`, `clientId`, `protocol`, `maxHz`,
 * `reconnectAttempts` and `quietMs`. The place to resume from is the `Last-Event-ID` header, or `resume` for a first request, both
 * `<epoch>:<cursor>`. Throws `invalid_input` or `protocol_unsupported`.
 */
export function readSseQuery(request: Request, random: Random): SseQuery {
  const query = new URL(request.url).searchParams
  const protocol = numberOf(query, 'protocol') ?? PROTOCOL_VERSION
  if (protocol !== PROTOCOL_VERSION)
    throw new SyncwatchError(
      'protocol_unsupported',
      `This server speaks protocol ${PROTOCOL_VERSION}, not ${protocol}.`,
    )
  const topics = query.get('topics')
  const lastEventId = request.headers.get('last-event-id')
  const hello = helloSchema.safeParse({
    type: 'hello',
    protocol,
    clientId: query.get('clientId') ?? random.uuid(),
    ticket: query.get('ticket') ?? undefined,
    resume: readPlace(lastEventId || query.get('resume')),
    topics: readTopics(topics, query.get('filter')),
    reconnectAttempts: numberOf(query, 'reconnectAttempts') ?? undefined,
    // A browser that comes back by itself sends the query of before.
    quietMs: lastEventId ? undefined : (numberOf(query, 'quietMs') ?? undefined),
  })
  const maxHz = numberOf(query, 'maxHz')
  if (!hello.success) throw new SyncwatchError('invalid_input', firstProblem(hello.error).sentence)
  if (maxHz !== null && !(maxHz >= 0.01 && maxHz <= 1000))
    throw new SyncwatchError('invalid_input', 'maxHz is a number from 0.01 to 1000.')
  return { hello: hello.data, maxHz }
}

function readTopics(topics: string | null, filter: string | null): unknown {
  const names = topics ? topics.split(',') : ['operations', 'health', 'stores']
  if (filter === null) return names
  const parsed = parseJson(filter)
  return names.map((topic) => (topic === 'operations' ? { topic, filter: parsed } : topic))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SyncwatchError('invalid_input', 'filter is a JSON object.', { cause })
  }
}

/** A place that cannot be read is no place: the stream begins with snapshots, as `welcome` says. */
function readPlace(text: string | null): Hello['resume'] {
  const cut = text?.lastIndexOf(':') ?? -1
  if (!text || cut < 1) return undefined
  const resume = { epoch: text.slice(0, cut), cursor: text.slice(cut + 1) }
  return /^\d{1,20}$/.test(resume.cursor) && resume.epoch.length <= 200 ? resume : undefined
}

function numberOf(query: URLSearchParams, name: string): number | null {
  const text = query.get(name)
  return text === null ? null : Number(text)
}

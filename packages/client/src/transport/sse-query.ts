import type { Hello } from '@syncwatch/core'

/** A hello as the query of an event stream. Only `operations` has a filter; other topics are followed whole. */
export function sseQuery(hello: Hello): string {
  const topics = (hello.topics ?? []).map((entry) => (typeof entry === 'string' ? { topic: entry } : entry))
  const filter = topics.find(({ topic }) => topic === 'operations')?.filter
  const { resume } = hello
  const parts: [string, string | undefined][] = [
    ['protocol', String(hello.protocol)],
    ['clientId', hello.clientId],
    ['topics', topics.map(({ topic }) => topic).join(',') || undefined],
    ['filter', filter && JSON.stringify(filter)],
    ['ticket', hello.ticket],
    ['resume', resume && `${resume.epoch}:${resume.cursor}`],
    ['reconnectAttempts', hello.reconnectAttempts === undefined ? undefined : String(hello.reconnectAttempts)],
  ]
  return parts.flatMap(([name, value]) => (value === undefined ? [] : `${name}=${encodeURIComponent(value)}`)).join('&')
}

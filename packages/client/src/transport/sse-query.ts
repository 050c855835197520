import type { Hello } from '@syncwatch/core'

/** A hello as the query of an event stream. Only `operations` has a filter; other topics are followed whole. */
export function sseQuery(hello: Hello): string {
  const topics = (hello.topics ?? []).map((entry) => (typeof entry === 'string' ? { topic: entry } : entry))
  const filter = topics.find(({ topic }) => topic === 'operations')?.filter
  const { protocol, clientId, resume, ticket, reconnectAttempts, quietMs } = hello
  const parts = {
    protocol,
    clientId,
    topics: topics.map(({ topic }) => topic).join(',') || undefined,
    filter: filter && JSON.stringify(filter),
    ticket,
    resume: resume && `${resume.epoch}:${resume.cursor}`,
    reconnectAttempts,
    quietMs,
  }
  return Object.entries(parts)
    .flatMap(([name, value]) => (value === undefined ? [] : `${name}=${encodeURIComponent(value)}`))
    .join('&')
}

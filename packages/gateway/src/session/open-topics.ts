import type { Cursor, SyncwatchError, Topic } from '@syncwatch/core'
import { toTellable } from '../access/admission.ts'
import type { Catchup, Channel } from '../channel/channel.ts'
import type { Channels } from '../channel/channels.ts'
import type { Lease } from '../channel/topic-sources.ts'
import type { Subscription } from './wanted-topics.ts'

export type OpenTopics = ReadonlyMap<Topic, Lease<Channel>>

/**
 * Opens what a hello asks for, all or nothing where the fault is ours (thrown); a topic that does not exist is only left
 * out, and its refusal returned.
 */
export async function openTopics(
  channels: Channels,
  wanted: readonly Subscription[],
): Promise<{ open: OpenTopics; refusals: SyncwatchError[] }> {
  const settled = await Promise.allSettled(wanted.map(({ topic, filter }) => channels.acquire(topic, filter)))
  const open = new Map<Topic, Lease<Channel>>()
  const refusals: SyncwatchError[] = []
  for (const one of settled) {
    if (one.status === 'fulfilled') open.set(one.value.value.topic, one.value)
    else refusals.push(toTellable(one.reason))
  }
  const fault = refusals.find((error) => error.retryable || error.code === 'internal')
  if (!fault) return { open, refusals }
  releaseTopics(open)
  throw fault
}

export function releaseTopics(open: OpenTopics): void {
  for (const lease of open.values()) lease.release()
}

/** What each topic lacks since the cursor; null unless every one of them can tell. */
export function resumeTopics(open: OpenTopics, cursor: Cursor): Map<Topic, Catchup> | null {
  const missed = new Map<Topic, Catchup>()
  for (const [topic, lease] of open) {
    const catchup = lease.value.resume(cursor)
    if (!catchup) return null
    missed.set(topic, catchup)
  }
  return missed
}

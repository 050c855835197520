import type { Role, Topic } from '@syncwatch/core'

/** Says whether a role may follow a topic: `connections` shows addresses and is for administrators. */
export function mayFollow(role: Role, topic: Topic): boolean {
  return topic !== 'connections' || role === 'admin'
}

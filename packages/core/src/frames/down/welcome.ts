/** The answer to `hello`. `resumed` says whether the session goes on from the client's cursor or snapshots follow. */
export interface Welcome {
  type: 'welcome'
  protocol: number
  sessionId: string
  epoch: string
  serverTime: string
  role: Role
  resumed: boolean
}

/** What a session may see: a viewer everything but the list of connections. */
export type Role = 'viewer' | 'editor' | 'admin'

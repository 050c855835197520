import { SyncwatchError } from '@syncwatch/core'
import { problemResponse } from '@syncwatch/http'
import { Hono } from 'hono'

/** What must hold before work is sent here. */
export interface Readiness {
  /** Each check by name. Called for every probe, so each is quick. */
  check(): Promise<Record<string, boolean>>
}

/** `/healthz`: the process lives. `/readyz`: it can work. */
export function createProbes(readiness: Readiness): Hono {
  const app = new Hono()
  app.get('/healthz', (c) => c.json({ alive: true }, 200, { 'cache-control': 'no-store' }))
  app.get('/readyz', async (c) => {
    const checks = await readiness.check()
    const missing = Object.keys(checks).filter((name) => checks[name] !== true)
    if (missing.length === 0) return c.json({ ready: true, checks }, 200, { 'cache-control': 'no-store' })
    const code = checks.database === false ? 'database_unavailable' : 'starting'
    return problemResponse(new SyncwatchError(code, `Not ready: ${missing.join(', ')}.`, { details: { checks } }))
  })
  return app
}

import { createServer } from 'node:net'
import type { CliContext } from '../cli/cli-context.ts'
import type { Config } from '../config/config.ts'
import { readRuntimeFile } from '../server/runtime-file.ts'
import { type Finding, failed, ok, warning } from './finding.ts'

/** Does a server of this data folder run and feel ready, or could one start? */
export async function checkServer(config: Config, context: CliContext): Promise<Finding> {
  const facts = await readRuntimeFile(config.dataFolder)
  const status = facts === null ? null : await readiness(facts.url, context)
  if (facts !== null && status === 200) return ok('Server', `runs at ${facts.url} (process ${facts.pid}) and is ready`)
  if (facts !== null && status !== null)
    return failed('Server', `runs at ${facts.url} but is not ready (status ${status}).`)
  if (await isFree(config)) return ok('Server', `not running; port ${config.port} on ${config.host} is free`)
  return warning(
    'Server',
    `not running, and port ${config.port} on ${config.host} is taken: choose another with --port.`,
  )
}

async function readiness(url: string, { fetch }: CliContext): Promise<number | null> {
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) })).status
  } catch {
    return null
  }
}

function isFree({ host, port }: Config): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

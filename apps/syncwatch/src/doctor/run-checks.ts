import type { CliContext } from '../cli/cli-context.ts'
import type { Config } from '../config/config.ts'
import { checkDataFolder } from './check-data-folder.ts'
import { checkDatabase } from './check-database.ts'
import { checkNode } from './check-node.ts'
import { checkPanel } from './check-panel.ts'
import { checkServer } from './check-server.ts'
import type { Finding } from './finding.ts'

export type { Finding } from './finding.ts'

/** Looks at everything, in the order in which a start needs it. One failed check does not end the others. */
export async function runChecks(config: Config, context: CliContext): Promise<Finding[]> {
  return [
    checkNode(process.versions.node),
    await checkDataFolder(config.dataFolder),
    await checkDatabase(config),
    checkPanel(),
    await checkServer(config, context),
  ]
}

import { createPool, migrate } from '@syncwatch/database'
import type { Command } from 'commander'
import { createLogger } from '../../log/create-logger.ts'
import { openDatabase } from '../../server/database.ts'
import type { CliContext } from '../cli-context.ts'
import { type CommandInput, frame, type Outcome } from '../command-frame.ts'

/** `migrate`: brings the database up to this version, without a server. */
export function migrateCommand(program: Command, context: CliContext, outcome: Outcome): void {
  const command = program.command('migrate').description('bring the database up to this version')
  command.option('--status-only', 'only the tables of the status system')
  frame(command, context, outcome, run)
}

async function run({ config, flags, context, answer }: CommandInput): Promise<undefined> {
  const database = await openDatabase(config, createLogger(config.logLevel), context.clock)
  const pool = createPool({ url: database.url, applicationName: 'syncwatch-migrate', max: 2 })
  try {
    const sets = flags.statusOnly === true ? { sets: ['status'] as const } : {}
    const { applied } = await migrate(pool, { schema: config.schema, ...sets })
    const list = applied.map((name) => `  ${name}\n`).join('')
    answer({ applied }, applied.length === 0 ? 'Nothing to do: the database is up to date.\n' : `Applied:\n${list}`)
  } finally {
    await pool.end()
    await database.stop()
  }
}

import { Command, CommanderError } from 'commander'
import { version } from '../version.ts'
import type { CliContext } from './cli-context.ts'
import type { Outcome } from './command-frame.ts'
import { assetsCommands } from './commands/assets.ts'
import { conflictsCommands } from './commands/conflicts.ts'
import { doctorCommand } from './commands/doctor.ts'
import { migrateCommand } from './commands/migrate.ts'
import { operationsCommands } from './commands/operations.ts'
import { planCommands } from './commands/plan.ts'
import { serveCommand } from './commands/serve.ts'
import { statusCommand } from './commands/status.ts'
import { storesCommands } from './commands/stores.ts'
import { syncCommand } from './commands/sync.ts'
import { verifyCommand } from './commands/verify.ts'
import { webhooksCommands } from './commands/webhooks.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'

/** Runs one command line to its end and gives the exit code. */
export async function runCli(args: readonly string[], context: CliContext): Promise<ExitCode> {
  const outcome: Outcome = { code: EXIT.done }
  const program = createProgram(context, outcome)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return outcome.code
  } catch (error) {
    // Commander has said what is wrong; help and version come this way too, with its code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
    throw error
  }
}

function createProgram(context: CliContext, outcome: Outcome): Command {
  const program = new Command('syncwatch')
  program
    .description('Keeps a media library and its stores the same, and shows every operation live.')
    .version(version, '--version', 'say the version')
    .helpOption('-h, --help', 'explain the command')
  for (const add of COMMANDS) add(program, context, outcome)
  for (const command of everyCommand(program)) {
    command
      .exitOverride()
      .showSuggestionAfterError()
      .configureOutput({
        writeOut: (text) => context.stdout.write(text),
        writeErr: (text) => context.stderr.write(text),
      })
  }
  return program
}

const COMMANDS = [
  serveCommand,
  syncCommand,
  statusCommand,
  operationsCommands,
  storesCommands,
  assetsCommands,
  conflictsCommands,
  planCommands,
  verifyCommand,
  webhooksCommands,
  doctorCommand,
  migrateCommand,
]

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)]
}

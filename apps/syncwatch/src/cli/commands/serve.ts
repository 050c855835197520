import { resolve } from 'node:path'
import { SyncwatchError } from '@syncwatch/core'
import type { Command } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { type CommandInput, frame, type Outcome } from '../command-frame.ts'

/** `serve`, also without its name: everything in one process. */
export function serveCommand(program: Command, context: CliContext, outcome: Outcome): void {
  const command = program.command('serve', { isDefault: true }).description('start the server (the default command)')
  command.option('--folder <path>', 'connect this folder as a store and sync it at once')
  // The default command gets whatever is not a command; it says so itself, in better words.
  command.argument('[words...]').allowExcessArguments().usage('[options]')
  frame(command, context, outcome, (input) => {
    const [unknown] = command.args
    if (unknown === undefined) return run(input)
    throw new SyncwatchError(
      'configuration_invalid',
      `There is no command "${unknown}"; "syncwatch --help" lists them.`,
    )
  })
}

async function run({ config, flags, context, answer }: CommandInput): Promise<undefined> {
  const given = flags.folder ?? context.environment.SYNCWATCH_FOLDER
  const folder = typeof given === 'string' && given !== '' ? resolve(context.folder, given) : null
  // Loaded here, so that the other commands do not wait for what they do not use.
  const { startServer } = await import('../../server/start-server.ts')
  const server = await startServer({
    config,
    folder,
    clock: context.clock,
    random: context.random,
    stopping: context.stopping,
  })
  const facts = { url: server.url, data: config.dataFolder, store: server.store, pid: process.pid }
  answer({ event: 'ready', ...facts }, banner(facts, config.databaseUrl !== null))
  if (config.open && context.stdout.isTerminal) context.openBrowser(server.url)
  await server.ended
}

interface Facts {
  readonly url: string
  readonly data: string
  readonly store: string | null
}

function banner({ url, data, store }: Facts, ownDatabase: boolean): string {
  const lines = [
    ['Syncwatch', url],
    ['Data', data],
    ...(ownDatabase ? [['Database', 'DATABASE_URL']] : []),
    ...(store === null ? [] : [['Store', store]]),
  ]
  return `${lines.map(([name = '', value = '']) => `${name.padEnd(10)} ${value}`).join('\n')}\n`
}

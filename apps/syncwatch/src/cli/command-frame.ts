import { isSyncwatchError, toProblem } from '@syncwatch/core'
import type { Command } from 'commander'
import { type Config, loadConfig, settingFlags } from '../config/config.ts'
import { findServer, type ServerApi } from './api/server-api.ts'
import type { CliContext } from './cli-context.ts'
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.ts'

/** What every command is given. */
export interface CommandInput {
  readonly context: CliContext
  readonly config: Config
  /** The flags as they were given, by their long names in camel case. */
  readonly flags: Readonly<Record<string, unknown>>
  readonly json: boolean
  /** The server to talk to, looked for when it is first asked for. */
  server(): Promise<ServerApi>
  /** The answer: what `--json` gives, and what people read. */
  answer(value: unknown, text: string): void
}

/** Where a run leaves its exit code, because commander's actions give none. */
export interface Outcome {
  code: ExitCode
}

type Run = (input: CommandInput, ...args: string[]) => Promise<ExitCode | undefined>

/** Gives a command its common flags and turns its failures into one sentence and an exit code. */
export function frame(command: Command, context: CliContext, outcome: Outcome, run: Run): Command {
  command.option('--json', 'answer in JSON').option('--config <file>', 'configuration file (default syncwatch.json)')
  for (const { flag, description } of flagsOf(command.name())) command.option(flag, description)
  return command.action(async (...given: unknown[]) => {
    // Commander gives what may come several times as one list.
    const args = given.flat().filter((value): value is string => typeof value === 'string')
    const flags = command.opts<Record<string, unknown>>()
    outcome.code = await settle(context, flags, (input) => run(input, ...args))
  })
}

/** Settings that make sense where a server is started; elsewhere those that find one. */
const CLIENT_FLAGS = new Set(['--data', '--database-url', '--schema'])
const DIRECT = new Set(['serve', 'doctor', 'migrate'])

function flagsOf(name: string): { flag: string; description: string }[] {
  if (DIRECT.has(name)) return settingFlags()
  const url = { flag: '--url <address>', description: 'server to talk to (default: the one of the data folder)' }
  return [...settingFlags().filter(({ flag }) => CLIENT_FLAGS.has(flag.split(' ')[0] as string)), url]
}

async function settle(
  context: CliContext,
  flags: Record<string, unknown>,
  run: (input: CommandInput) => Promise<ExitCode | undefined>,
): Promise<ExitCode> {
  const json = flags.json === true
  try {
    return (await run(await inputOf(context, flags, json))) ?? EXIT.done
  } catch (error) {
    complain(context, error, json)
    return exitCodeOf(error)
  }
}

async function inputOf(context: CliContext, flags: Record<string, unknown>, json: boolean): Promise<CommandInput> {
  // Commander sets `open` to true where --no-open was not given, which would outrank the environment.
  const given = flags.open === true ? { ...flags, open: undefined } : flags
  const config = await loadConfig({ flags: given, environment: context.environment, folder: context.folder })
  const url = text(flags.url) ?? text(context.environment.SYNCWATCH_URL)
  const place = { dataFolder: config.dataFolder, url, token: config.token ?? config.viewerToken }
  let server: Promise<ServerApi> | null = null
  return {
    context,
    config,
    flags,
    json,
    server: () => {
      server ??= findServer(place, context)
      return server
    },
    answer: (value, words) => context.stdout.write(json ? `${JSON.stringify(value)}\n` : words),
  }
}

/** One sentence for people, a problem for programs; the inside of an unknown failure goes to neither without asking. */
export function complain(context: CliContext, error: unknown, json: boolean): void {
  const known = isSyncwatchError(error)
  if (json) context.stderr.write(`${JSON.stringify(toProblem(error))}\n`)
  else if (known) context.stderr.write(`${error.message}\n`)
  else
    context.stderr.write(
      `Something went wrong inside Syncwatch: ${error instanceof Error ? error.message : String(error)}\n`,
    )
  if (!known && context.environment.SYNCWATCH_LOG_LEVEL === 'debug' && error instanceof Error) {
    context.stderr.write(`${error.stack ?? ''}\n`)
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

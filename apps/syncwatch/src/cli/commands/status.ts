import type { Command } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { type CommandInput, frame, type Outcome } from '../command-frame.ts'
import { type FullReport, statusText } from '../output/status-text.ts'
import { verdictOf } from '../output/verdict.ts'
import { watchStatus } from './watch-status.ts'

/** `status [--watch]`: the verdict, what is running, the stores. */
export function statusCommand(program: Command, context: CliContext, outcome: Outcome): void {
  const command = program.command('status').description('say how things are')
  command.option('--watch', 'stay and show each change')
  frame(command, context, outcome, run)
}

async function run(input: CommandInput): Promise<undefined> {
  const api = await input.server()
  if (input.flags.watch === true) return watchStatus(api, input)
  const report = await api.call<FullReport>('GET', '/status')
  const now = input.context.clock.now()
  input.answer(report, statusText(verdictOf(report, now), report, now))
}

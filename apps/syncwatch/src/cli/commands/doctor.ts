import type { Command } from 'commander'
import { type Finding, runChecks } from '../../doctor/run-checks.ts'
import type { CliContext } from '../cli-context.ts'
import { type CommandInput, frame, type Outcome } from '../command-frame.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'

/** `doctor`: looks at everything that has to be right, and says what to do where it is not. */
export function doctorCommand(program: Command, context: CliContext, outcome: Outcome): void {
  frame(program.command('doctor').description('look whether everything is right here'), context, outcome, run)
}

async function run({ config, context, answer }: CommandInput): Promise<ExitCode> {
  const findings = await runChecks(config, context)
  const failed = findings.some((finding) => finding.state === 'failed')
  answer({ ok: !failed, checks: findings }, findings.map(line).join(''))
  return failed ? EXIT.failed : EXIT.done
}

const MARKS = { ok: 'ok    ', warning: 'look  ', failed: 'FAILED' }

function line({ state, name, message }: Finding): string {
  return `${MARKS[state]}  ${name.padEnd(10)}  ${message}\n`
}

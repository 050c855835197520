import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isEnded,
  isHeld,
  OPERATION_COMMANDS,
  OPERATION_MACHINE_TABLE,
  OPERATION_STATUSES,
  type OperationCommand,
  type OperationStatus,
  SyncwatchError,
  transition,
} from '../../src/index.ts'

// Written out by hand, so that a change of the machine is seen here: [from, held or not, command, to, times set].
const LEGAL: readonly (readonly [OperationStatus, boolean | 'any', OperationCommand, OperationStatus, string])[] = [
  ['pending', 'any', 'start', 'in_progress', 'start_time'],
  ['pending', 'any', 'progress', 'in_progress', 'start_time'],
  ['pending', 'any', 'complete:completed', 'completed', 'start_time end_time'],
  ['pending', 'any', 'complete:failed', 'failed', 'end_time'],
  ['pending', 'any', 'complete:cancelled', 'cancelled', 'end_time'],
  ['pending', 'any', 'cancel', 'cancelled', 'cancel_requested_at end_time'],
  ['in_progress', 'any', 'progress', 'in_progress', ''],
  ['in_progress', 'any', 'complete:completed', 'completed', 'end_time'],
  ['in_progress', 'any', 'complete:failed', 'failed', 'end_time'],
  ['in_progress', 'any', 'complete:cancelled', 'cancelled', 'end_time'],
  ['in_progress', true, 'cancel', 'in_progress', 'cancel_requested_at'],
  ['in_progress', false, 'cancel', 'cancelled', 'cancel_requested_at end_time'],
]

const expected = (from: OperationStatus, held: boolean, command: OperationCommand) =>
  LEGAL.find((line) => line[0] === from && (line[1] === 'any' || line[1] === held) && line[2] === command)

describe('operation machine', () => {
  it('has a line for each status, held or not, under each command', () => {
    const lines = new Set(OPERATION_MACHINE_TABLE.map((entry) => `${entry.from} ${entry.held} ${entry.command}`))
    expect(OPERATION_MACHINE_TABLE).toHaveLength(OPERATION_STATUSES.length * 2 * OPERATION_COMMANDS.length)
    expect(lines.size).toBe(OPERATION_MACHINE_TABLE.length)
  })

  for (const entry of OPERATION_MACHINE_TABLE) {
    const legal = expected(entry.from, entry.held, entry.command)
    const outcome = legal ? `goes to ${legal[3]}` : 'is refused'
    it(`${entry.from}${entry.held ? ' (held)' : ''}, ${entry.command}: ${outcome}`, () => {
      if (legal === undefined) {
        expect(entry).toHaveProperty('error', 'illegal_transition')
        expect(() => transition({ status: entry.from, held: entry.held }, entry.command)).toThrow(SyncwatchError)
        return
      }
      const step = { to: legal[3], sets: legal[4].split(' ').filter(Boolean) }
      expect(entry).toMatchObject({ step })
      expect(transition({ status: entry.from, held: entry.held }, entry.command)).toEqual(step)
    })
  }

  it('refuses with a code, the state and what to do instead', () => {
    const refuse = () => transition({ status: 'completed', held: false }, 'cancel')
    expect(refuse).toThrow(/is completed.*cannot be cancelled.*Retry/)
    expect(refuse).toThrow(expect.objectContaining({ code: 'illegal_transition' }))
    expect(refuse).toThrow(expect.objectContaining({ details: { from: 'completed', command: 'cancel' } }))
  })

  it('never leaves an ended state and never returns to pending, whatever is asked', () => {
    const command = fc.record({ command: fc.constantFrom(...OPERATION_COMMANDS), held: fc.boolean() })
    fc.assert(
      fc.property(fc.array(command, { maxLength: 12 }), (commands) => {
        let status: OperationStatus = 'pending'
        for (const { command, held } of commands) {
          const before: OperationStatus = status
          try {
            status = transition({ status, held }, command).to
          } catch (error) {
            expect(error).toMatchObject({ code: 'illegal_transition' })
          }
          if (isEnded(before)) expect(status).toBe(before)
          if (before !== 'pending') expect(status).not.toBe('pending')
        }
      }),
    )
  })
})

describe('isHeld', () => {
  const now = Date.parse('2026-01-01T12:00:00Z')
  it.each([
    ['nobody', 1, null, null, false],
    ['nobody, although an old end is left', 1, null, '2026-01-01T12:00:30Z', false],
    ['a lease that runs', 1, 'node-a', '2026-01-01T12:00:00.001Z', true],
    ['a lease that ends now', 1, 'node-a', '2026-01-01T12:00:00.000Z', false],
    ['a lease that ran out', 1, 'node-a', '2026-01-01T11:59:59Z', false],
    ['a job', 1, 'job-1', null, true],
    ['the node whose process reports without a claim', 0, 'node-a', null, false],
  ])('%s', (_, attempt, lease_owner, lease_until, held) => {
    expect(isHeld({ attempt, lease_owner, lease_until }, now)).toBe(held)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyProgress, type ProgressFields, type ProgressPatch } from '../../src/index.ts'
import { NO_PROGRESS, PROGRESS_CASES } from '../../src/operation/progress-cases.ts'

describe('applyProgress', () => {
  for (const test of PROGRESS_CASES) {
    it(test.name, () => {
      const before: ProgressFields = Object.freeze({ ...NO_PROGRESS, ...test.before })
      if ('error' in test)
        expect(() => applyProgress(before, test.patch)).toThrow(expect.objectContaining({ code: test.error }))
      else expect(applyProgress(before, test.patch)).toEqual({ ...before, ...test.after })
    })
  }

  it('names the field that is wrong', () => {
    expect(() => applyProgress(NO_PROGRESS, { processed_items: -3 })).toThrow(/processed_items is a whole number.*-3/)
    expect(() => applyProgress({ ...NO_PROGRESS, total_items: 5 }, { processed_items: 6 })).toThrow(
      /\(6\) is more than total_items \(5\)/,
    )
  })

  const number = fc.oneof(
    fc.nat(120),
    fc.constantFrom(Number.NaN, -1, 2 ** 53, 0.5, Number.MAX_SAFE_INTEGER),
    fc.double(),
  )
  const patch: fc.Arbitrary<ProgressPatch> = fc.record(
    {
      progress: number,
      processed_items: number,
      failed_items: number,
      total_items: number,
      processed_bytes: number,
      total_bytes: number,
      phase: fc.constantFrom('listing', 'copying'),
      message: fc.string(),
    },
    { requiredKeys: [] },
  )

  it('whatever is reported: never back, never 100, never a number that is none', () => {
    fc.assert(
      fc.property(fc.array(patch, { maxLength: 20 }), (patches) => {
        let fields = NO_PROGRESS
        for (const patch of patches) {
          const before = fields
          try {
            fields = applyProgress(before, patch)
          } catch (error) {
            expect(error).toMatchObject({ code: 'invalid_progress' })
          }
          for (const name of ['processed_items', 'failed_items', 'processed_bytes'] as const)
            expect(fields[name]).toBeGreaterThanOrEqual(before[name])
          if (before.progress !== null) expect(fields.progress).toBeGreaterThanOrEqual(before.progress)
          if (fields.progress !== null) {
            expect(Number.isInteger(fields.progress)).toBe(true)
            expect(fields.progress).toBeLessThanOrEqual(99)
          }
          for (const name of ['processed_items', 'failed_items'] as const)
            expect(fields[name]).toBeLessThanOrEqual(fields.total_items ?? Number.POSITIVE_INFINITY)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('applying a patch twice is applying it once', () => {
    fc.assert(
      fc.property(patch, patch, (first, second) => {
        let once: ProgressFields
        try {
          once = applyProgress(applyProgress(NO_PROGRESS, first), second)
        } catch {
          return
        }
        expect(applyProgress(once, second)).toEqual(once)
      }),
    )
  })
})

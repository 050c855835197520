import { expect, test } from 'vitest'
import { type Edit, type Schedule, simulate } from '../src/simulator/index.ts'

const TIMEOUT_MS = 120_000

const inLibrary = (kind: Edit['kind'], one: number, other: number): Edit => ({
  side: 'library',
  store: 0,
  kind,
  one,
  other,
})
const inStore = (kind: Edit['kind'], one: number, other: number): Edit => ({
  side: 'store',
  store: 0,
  kind,
  one,
  other,
})

/** Renames that a crash may break off: nobody edits content in these, so that nothing of them may make another asset. */
const STORIES: readonly { readonly what: string; readonly edits: readonly Edit[] }[] = [
  { what: 'a rename', edits: [inLibrary('rename', 0, 6)] },
  { what: 'a name in other letters', edits: [inLibrary('recase', 0, 0)] },
  {
    what: 'a chain of names in other letters',
    edits: [inLibrary('rename', 0, 6), inLibrary('rename', 1, 0), inLibrary('recase', 1, 0)],
  },
  {
    what: 'a swap in other letters',
    edits: [inLibrary('swap', 0, 2), inLibrary('recase', 0, 0), inLibrary('recase', 2, 0)],
  },
  { what: 'a chain', edits: [inLibrary('rename', 0, 6), inLibrary('rename', 1, 0), inLibrary('rename', 2, 1)] },
  { what: 'a swap', edits: [inLibrary('swap', 0, 1)] },
  { what: 'a circle', edits: [inLibrary('swap', 0, 1), inLibrary('swap', 1, 2)] },
  { what: 'a swap of what is described anew', edits: [inLibrary('swap', 0, 1), inLibrary('describe', 0, 0)] },
  { what: 'a name that both gave', edits: [inLibrary('rename', 0, 6), inStore('create', 0, 6)] },
  { what: 'a swap of what was edited in the store', edits: [inLibrary('swap', 0, 1), inStore('replace', 0, 0)] },
  { what: 'a rename of what was edited in the store', edits: [inLibrary('rename', 0, 6), inStore('replace', 0, 0)] },
]

/** Which of the free conflict names it is does not matter. */
const unnumbered = (name: string) => name.replace(/(\.conflict-store-0)-\d+/, '$1')

const PROFILES = ['webdav', 's3', 'folder', 'cloudinary'] as const
const POLICIES = ['keep-both', 'newer', 'library', 'store'] as const
const CASES = STORIES.flatMap((story) =>
  PROFILES.flatMap((profile) => POLICIES.map((conflicts) => ({ ...story, profile, conflicts }))),
)

test.each(CASES)(
  'X7: $what in a store like $profile under $conflicts, broken off at every step, makes no second asset',
  async ({ edits, profile, conflicts }) => {
    const story = (crashAt: number | null): Schedule => ({
      seed: 1,
      profiles: [profile],
      mode: 'two-way',
      conflicts,
      files: 4,
      phases: [
        {
          edits,
          clockJumpMs: 0,
          run: { store: 0, faults: {}, latencyMs: 0, concurrency: 1, crashAt, during: [], takeOverAt: null },
        },
      ],
    })
    const whole = await simulate(story(null))
    expect(whole.failure).toBeNull()
    for (let crashAt = 1; crashAt <= (whole.steps[0] ?? 0); crashAt += 1) {
      const { failure, names, trace } = await simulate(story(crashAt))
      expect(failure, `crash at step ${crashAt}`).toBeNull()
      expect(names.map(unnumbered), `crash at step ${crashAt}: ${trace.join('\n')}`).toEqual(
        whole.names.map(unnumbered),
      )
    }
  },
  TIMEOUT_MS,
)

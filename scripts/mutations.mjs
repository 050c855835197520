// `node scripts/mutations.mjs` switches off, one at a time and in a copy of the tree, each gate, the fence, the looks at the moment of writing and
// the conditions of writes. The tests must fail each time: a guard that can be taken away unnoticed is none. Names given as arguments choose.
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from './runtime.mjs'

const GATES = 'packages/sync/src/plan/gates.ts'
const STEPS = 'packages/sync/src/execute/store-steps.ts'
const WORK = 'packages/sync/src/execute/perform-settlement.ts'
const PURE = ['packages/sync/test/plan/gates.test.ts']
const WIRED = ['packages/stores/test/gates.test.ts']
const RENAMES = ['packages/testkit/test/renames.test.ts']
const SIMULATOR = ['packages/testkit/test/simulator.test.ts']

/** Each takes the place of `from` in `file`, where it must stand exactly once. */
const mutations = [
  { name: 'gate-1', file: GATES, from: 'if (listing.complete) return []', to: 'return []', tests: PURE },
  {
    name: 'gate-2',
    file: WORK,
    from: "if (hand.trees.base !== null && hand.trees.store === 'absent') {",
    to: 'if (hand === null) {',
    tests: SIMULATOR,
  },
  {
    name: 'gate-3',
    file: GATES,
    from: "return listing === 'strong' || (missingForMs !== null && missingForMs >= ABSENCE_MS)",
    to: 'return listing.length + (missingForMs ?? ABSENCE_MS) > 0',
    tests: PURE,
  },
  { name: 'gate-4', file: GATES, from: 'if (total <= limit) return []', to: 'if (limit >= 0) return []', tests: PURE },
  { name: 'gate-5-marker', file: GATES, from: '(listing.markerSeen\n', to: '(listing.listed >= 0\n', tests: PURE },
  {
    name: 'gate-5-empty',
    file: GATES,
    from: 'listing.listed === 0 && counts.base >= SMALL_BASE',
    to: 'listing.listed < 0 && counts.base >= SMALL_BASE',
    tests: PURE,
  },
  {
    name: 'gate-6',
    file: GATES,
    from: 'if (base < CHANGED_BASE) return []',
    to: 'if (base >= 0) return []',
    tests: PURE,
  },
  { name: 'gate-7', file: GATES, from: 'listing.sentinelSeen === false', to: 'listing.listed < 0', tests: PURE },
  { name: 'gate-8', file: GATES, from: '...(scopeChanged ?', to: '...(scopeChanged && false ?', tests: PURE },
  {
    name: 'gate-9',
    file: GATES,
    from: "identity === 'replaced' || identity === 'restored'\n",
    to: 'false\n',
    tests: PURE,
  },
  {
    name: 'gates-of-the-engine',
    file: 'packages/sync/src/execute/settle-row.ts',
    from: 'if (guards.gates.length === 0 || isApproved(settlement, hand, guards)) return null',
    to: 'if (guards.gates.length >= 0 || isApproved(settlement, hand, guards)) return null',
    tests: WIRED,
  },
  {
    name: 'fence',
    file: 'packages/status/src/leases/claimed-run.ts',
    from: 'if (attempt !== this.attempt) throw fenced(this.id, this.attempt, attempt)',
    to: 'if (attempt === this.attempt - 1_000_000) throw fenced(this.id, this.attempt, attempt)',
    tests: ['packages/status/test/claims.test.ts', 'packages/stores/test/folder-sync.test.ts'],
  },
  {
    name: 'fence-of-the-simulator',
    file: 'packages/testkit/src/simulator/memory-ledger.ts',
    from: 'if (attempt !== null && library.fences.get(this.#storeId) !== attempt)',
    to: 'if (attempt !== null && library.fences.get(this.#storeId) === -attempt)',
    tests: ['packages/testkit/test/memory-ledger.test.ts'],
  },
  {
    name: 're-check-of-what-was-read',
    file: 'packages/sync/src/execute/take-in.ts',
    from: 'if (now.version !== version)\n',
    to: 'if (now.version === null)\n',
    tests: ['packages/stores/test/folder-sync.test.ts', ...SIMULATOR],
  },
  {
    name: 're-check-before-a-delete',
    file: STEPS,
    from: 'if (now === null) return\n  if (now.version !== object.version) throw changed(object.key)\n  left.leave(object.key)\n  await store.delete(object.key, object.version,',
    to: 'if (now === null) return\n  left.leave(object.key)\n  await store.delete(object.key, now.version,',
    tests: SIMULATOR,
  },
  {
    name: 'condition-of-a-write',
    file: STEPS,
    from: "const condition = { kind: 'version', version: object.version } as const",
    to: "const now = await store.head(object.key)\n  const condition = { kind: 'version', version: now?.version ?? object.version } as const",
    tests: SIMULATOR,
  },
  {
    name: 'condition-of-the-library',
    file: 'packages/sync/src/ledger/accept-entries.ts',
    from: 'return asset?.revision === write.revision && (!asset.trashed || write.restore)',
    to: 'return asset !== undefined && (!asset.trashed || write.restore)',
    tests: ['packages/testkit/test/ledgers.test.ts', 'packages/stores/test/folder-sync.test.ts'],
  },
  {
    name: 'same-store-during-a-run',
    file: 'packages/sync/src/recognise-store.ts',
    from: 'const recognised = recogniseStore(identity, seen)',
    to: 'const recognised = recogniseStore(seen, seen)',
    tests: SIMULATOR,
  },
  {
    name: 'same-store-at-commit',
    file: 'packages/sync/src/execute/guarded-run.ts',
    from: 'await assertSound()',
    to: 'void assertSound',
    tests: ['packages/testkit/test/same-store.test.ts'],
  },
  {
    name: 'held-before-each-call',
    file: 'packages/sync/src/execute/retrying-store.ts',
    from: 'await run.held(signal)',
    to: 'void run',
    tests: ['packages/sync/test/execute/retrying-store.test.ts'],
  },
  {
    name: 'turn-of-the-frozen',
    file: 'packages/sync/src/ledger/postgres-turns.ts',
    from: 'await take(client, locks, silentMs)',
    to: 'await take(client, locks, 0 * silentMs)',
    tests: ['packages/sync/test/store-turns.test.ts'],
  },
  {
    name: 'turn-by-the-plan',
    file: 'packages/sync/src/ledger/postgres-turns.ts',
    from: 'if (!(await isPlanned(keeping.pool, storeId, names))) return await work()',
    to: 'if (isPlanned !== undefined) return await work()',
    tests: ['packages/sync/test/store-turns.test.ts'],
  },
  {
    name: 'listing-older-than-the-base',
    file: 'packages/sync/src/execute/look-again.ts',
    from: 'if (listed === null || base === null) return row',
    to: 'if (listed === null || base === null || store !== null) return row',
    tests: ['packages/testkit/test/beside-runs.test.ts'],
  },
  {
    name: 'lost-here-and-lost-there',
    file: 'packages/sync/src/execute/keep-content.ts',
    from: 'if (!(holder.lost && (await isLostThere(holder, performing)))) return false',
    to: 'if (!holder.lost) return false',
    tests: ['packages/sync/test/execute/perform-settlement.test.ts'],
  },
  {
    name: 'names-in-other-letters',
    file: 'packages/sync/src/execute/settle-row.ts',
    from: ', waitsFor: twin.key }',
    to: ' }',
    tests: SIMULATOR,
  },
  {
    name: 'bytes-are-kept-before-they-go',
    file: 'packages/sync/src/execute/keep-content.ts',
    from: 'if (sha256 !== null && (await performing.vault.has(sha256, object.size))) return null',
    to: 'if (sha256 !== null || object.size >= 0) return null',
    tests: SIMULATOR,
  },
  {
    name: 'write-ahead-of-a-rename',
    file: STEPS,
    from: "  await ledger.commit([{ ...NO_ENTRY, bases: [{ kind: 'moving', replicaId, from: object.key, to }] }])\n",
    to: '',
    tests: RENAMES,
  },
  {
    name: 'names-that-were-left',
    file: 'packages/sync/src/execute/left-names.ts',
    from: 'if (!this.#names.has(name)) return true',
    to: 'if (this.#names.size >= 0) return true',
    tests: RENAMES,
  },
  {
    name: 'hash-of-what-another-store-gives',
    file: 'packages/sync/src/execute/content-elsewhere.ts',
    from: "if (hash.digest('hex') !== sha256) throw",
    to: "if (hash.digest('hex') === '') throw",
    tests: ['packages/sync/test/execute/content-elsewhere.test.ts'],
  },
  {
    name: 'loser-is-kept',
    file: 'packages/sync/src/reconcile/content.ts',
    from: "return stands(side, rule, { side: side === 'library' ? 'store' : 'library', kept: source === null ? kept : 'trash' })",
    to: 'return stands(side, rule, kept === null ? { side, kept } : null)',
    tests: ['packages/sync/test/reconcile/planner.test.ts'],
  },
]

const chosen = process.argv.slice(2)
const unknown = chosen.find((name) => !mutations.some((mutation) => mutation.name === name))
if (unknown !== undefined) throw new Error(`There is no mutation "${unknown}".`)

const copy = mkdtempSync(join(tmpdir(), 'syncwatch-mutations-'))
process.on('exit', () => rmSync(copy, { recursive: true, force: true }))
copyTree()
let unnoticed = 0
const todo = mutations.filter(({ name }) => chosen.length === 0 || chosen.includes(name))
// Tests that fail without a mutation notice nothing.
if ((await test([...new Set(todo.flatMap(({ tests }) => tests))])) !== 0) throw new Error('The tests fail as it is.')
for (const mutation of todo) {
  const restore = mutate(mutation)
  const began = Date.now()
  const code = await test(mutation.tests)
  restore()
  if (code === 0) unnoticed += 1
  const seconds = ((Date.now() - began) / 1_000).toFixed(1)
  process.stdout.write(`${code === 0 ? 'UNNOTICED' : 'noticed  '} ${mutation.name} (${seconds} s)\n`)
}
process.stdout.write(`${unnoticed} mutations went unnoticed\n`)
process.exitCode = unnoticed === 0 ? 0 : 1

/** The tree with its own workspace links, so that what is imported is what was changed. */
function copyTree() {
  for (const name of ['packages', 'vitest.config.ts', 'tsconfig.base.json', 'package.json', 'scripts'])
    cpSync(join(root, name), join(copy, name), {
      recursive: true,
      filter: (source) => !/[/\\](node_modules|dist)$/.test(source),
    })
  const modules = join(root, 'node_modules')
  mkdirSync(join(copy, 'node_modules'))
  for (const name of readdirSync(modules))
    if (name !== '@syncwatch') symlinkSync(join(modules, name), join(copy, 'node_modules', name))
  mkdirSync(join(copy, 'node_modules', '@syncwatch'))
  for (const folder of readdirSync(join(copy, 'packages'))) {
    const { name } = JSON.parse(readFileSync(join(copy, 'packages', folder, 'package.json'), 'utf8'))
    const link = join(copy, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(copy, 'packages', folder), link)
  }
}

function mutate({ name, file, from, to }) {
  const path = join(copy, file)
  const before = readFileSync(path, 'utf8')
  if (before.split(from).length !== 2) throw new Error(`${name}: what it changes stands not exactly once in ${file}.`)
  writeFileSync(
    path,
    before.replace(from, () => to),
  )
  return () => writeFileSync(path, before)
}

function test(files) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const child = spawn(process.execPath, [vitest, 'run', '--bail', '1', '--root', copy, ...files], { stdio: 'ignore' })
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)))
}

// `node scripts/build-packages.mjs`: builds what is published into dist/packages/<name>, ready for `npm publish` there, and packs it
// into dist/tarballs. Private packages are bundled in; declared dependencies stay outside. With `--if-changed` it does nothing
// when the sources are those of the last build.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { buildPanel } from './build-panel.mjs'
import { ensureInstalled, root } from './runtime.mjs'

const ifChanged = process.argv.includes('--if-changed')
// Tests ask for `--if-changed`; a person may come with a fresh clone.
if (!ifChanged) ensureInstalled()
const { rolldown } = await import('rolldown')
const { dts } = await import('rolldown-plugin-dts')
const { inlineInferredTypes } = await import('./inline-inferred-types.mjs')

const published = [
  {
    room: 'packages/client',
    entries: { index: 'src/index.ts', 'library/index': 'src/library/index.ts', 'redux/index': 'src/redux/index.ts' },
    platform: 'neutral',
    keepsModules: true,
  },
  {
    room: 'packages/react',
    entries: {
      index: 'src/index.ts',
      parts: 'src/parts.ts',
      // Which of the two is taken is the manifest's to say, under `imports`.
      'provider/panels-later': 'src/provider/panels-later.ts',
      'provider/panels-at-once': 'src/provider/panels-at-once.ts',
    },
    platform: 'neutral',
    keepsModules: true,
    // On each module, and so on the one that is imported.
    banner: "'use client'",
    copies: { 'packages/react/src/styles.css': 'dist/styles.css' },
  },
  {
    room: 'packages/status-library',
    entries: { index: 'src/index.ts' },
    platform: 'node',
    copies: { 'supabase-schema.sql': 'supabase-schema.sql' },
  },
  {
    room: 'apps/syncwatch',
    entries: {
      index: 'src/index.ts',
      main: 'src/main.ts',
      // Started as a thread, by its name beside the bundle.
      'folder-worker': '../../packages/stores/src/folder/folder-worker.ts',
    },
    platform: 'node',
    copies: { 'apps/syncwatch/bin': 'bin', 'apps/admin/dist': 'dist/panel' },
  },
]
const sources = privateSources()
const inlined = new Set([...sources.keys()].map(packageOf))
const output = join(root, 'dist/packages')
const types = join(root, 'dist/types')
const tarballs = join(root, 'dist/tarballs')
const stamp = join(root, 'dist/.built-from')
const lock = join(root, 'dist/.building')

mkdirSync(join(root, 'dist'), { recursive: true })
await withLock(async () => {
  const fingerprint = fingerprintOf(['packages', 'apps', 'scripts', 'supabase-schema.sql', 'LICENSE'])
  const isCurrent = existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint
  if (ifChanged && isCurrent) return
  for (const folder of [output, tarballs, types]) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
  }
  // In tests the panel that is there will do, and others may be looking at it.
  if (!ifChanged || !existsSync(join(root, 'apps/admin/dist'))) await buildPanel()
  declarations()
  for (const one of published) await build(one)
  writeFileSync(stamp, fingerprint)
})

async function build({ room, entries, platform, banner, keepsModules = false, copies = {} }) {
  const manifest = JSON.parse(readFileSync(join(root, room, 'package.json'), 'utf8'))
  const folder = join(output, manifest.name.replace('@syncwatch/', ''))
  const options = {
    input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(root, room, path)])),
    cwd: join(root, room),
    platform,
    external: isExternal,
    resolve: { conditionNames: ['@syncwatch/source', 'node', 'import', 'default'] },
    // The bundles are read by people with a debugger, so they are not minified.
    logLevel: 'warn',
    onLog: (level, log, handle) => {
      if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log)
    },
  }
  const out = {
    dir: join(folder, 'dist'),
    format: 'esm',
    entryFileNames: '[name].js',
    // Beside the entries: sources look for what is next to them (`../package.json`, `./panel/`).
    chunkFileNames: '[name]-[hash].js',
    // What browsers load is bundled once more, by the application. In one piece it would all be in the chunk that a page begins with.
    ...(keepsModules && { preserveModules: true, preserveModulesRoot: join(root, room, 'src') }),
  }
  checkDeclared(manifest, await bundle(options, { ...out, ...(banner && { banner }) }))
  checkDeclared(manifest, await bundleTypes(room, entries, out.dir))
  for (const [from, to] of Object.entries({ ...copies, LICENSE: 'LICENSE', [`${room}/README.md`]: 'README.md' }))
    if (existsSync(join(root, from))) cpSync(join(root, from), join(folder, to), { recursive: true, filter: isWanted })
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(publicManifest(manifest), null, 2)}\n`)
  pack(folder)
}

function declarations() {
  const compiler = join(root, 'node_modules/typescript-7/bin/tsc')
  // What does not type-check is the business of `npm run check`: declarations are written all the same.
  spawnSync(process.execPath, [compiler, '-p', join(root, 'scripts/tsconfig.declarations.json')], { stdio: 'ignore' })
  inlineInferredTypes(filesBelow(types))
  // Redux Toolkit gives on the types of redux, and it is what a user has declared.
  for (const name of ['sync-status-slice', 'sync-status-actions']) {
    const path = join(types, `packages/client/src/redux/${name}.d.ts`)
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('import("redux")', 'import("@reduxjs/toolkit")'))
  }
}

/** One declaration file an entry, made of those that `tsc` wrote for each source. */
async function bundleTypes(room, entries, dir) {
  const input = Object.fromEntries(
    Object.entries(entries).map(([name, path]) => [name, declarationOf(join(root, room, path))]),
  )
  const plugins = [
    { name: 'declarations', resolveId: { order: 'pre', handler: resolveDeclaration } },
    dts({ dtsInput: true, tsconfig: false }),
  ]
  const options = {
    input,
    cwd: root,
    external: isExternal,
    plugins,
    logLevel: 'warn',
    checks: { pluginTimings: false },
  }
  return await bundle(options, { dir, format: 'esm' })
}

function resolveDeclaration(id, importer) {
  if (importer !== undefined && /^\.{1,2}\/.*\.tsx?$/.test(id)) return declarationOf(join(dirname(importer), id))
  const source = sources.get(id)
  return source && declarationOf(source)
}

/** Where `tsc` put the declarations of a source. */
function declarationOf(path) {
  const source = path.startsWith(types) ? path : join(types, relative(root, path))
  return source.replace(/\.tsx?$/, '.d.ts')
}

/** Writes a bundle and tells what it imports from outside. */
async function bundle(options, outputOptions) {
  const build = await rolldown(options)
  const { output: parts } = await build.write(outputOptions)
  await build.close()
  const own = new Set(parts.map((part) => part.fileName))
  const imports = parts.flatMap((part) => importsOf(part))
  return imports.filter((id) => !own.has(id) && !isBuiltin(id))
}

/** For declarations the text counts: types that were not used are gone from it, and still among the imports. */
function importsOf(part) {
  if (!part.fileName.endsWith('.d.ts')) return [...(part.imports ?? []), ...(part.dynamicImports ?? [])]
  const outside = [...part.code.matchAll(/(?:\bfrom|\bimport\()\s*"([^"./][^"]*)"/g)]
  return outside.map(([, id]) => id)
}

/** Everything that has a package of its own stays outside; private packages are no packages outside this repository. */
function isExternal(id) {
  return !/^[./\0]/.test(id) && !inlined.has(packageOf(id))
}

function checkDeclared({ name, dependencies = {}, peerDependencies = {} }, imports) {
  const declared = { ...dependencies, ...peerDependencies }
  const missing = imports.filter((id) => !id.startsWith('#') && !(packageOf(id) in declared))
  if (missing.length > 0) throw new Error(`${name} imports ${missing.join(', ')} without declaring it.`)
}

/** The entries of the packages that have no place outside this repository: import name → source file. */
function privateSources() {
  return new Map(
    ['packages', 'apps']
      .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name)))
      .filter((room) => existsSync(join(room, 'package.json')))
      .map((room) => [room, JSON.parse(readFileSync(join(room, 'package.json'), 'utf8'))])
      .filter(([, manifest]) => manifest.private)
      .flatMap(([room, { name, exports = {} }]) =>
        Object.entries(exports).map(([path, source]) => [join(name, path), join(room, source)]),
      ),
  )
}

function packageOf(id) {
  return id.split('/', id.startsWith('@') ? 2 : 1).join('/')
}

/** The manifest for the world: no workspace conditions, nothing that is only for developing here. */
function publicManifest({ devDependencies: _, scripts: __, ...manifest }) {
  const root = manifest.exports['.'] ?? {}
  return {
    ...manifest,
    ...(root.types && { main: root.default, types: root.types }),
    ...(manifest.imports && { imports: withoutSources(manifest.imports) }),
    exports: withoutSources(manifest.exports),
  }
}

function withoutSources(targets) {
  return Object.fromEntries(
    Object.entries(targets).map(([path, target]) => {
      if (typeof target === 'string') return [path, target]
      const { '@syncwatch/source': _, ...conditions } = target
      return [path, conditions]
    }),
  )
}

function isWanted(path) {
  return !/\.built-from$|\.map$/.test(path)
}

function pack(folder) {
  const npm = process.env.npm_execpath
  const [command, before] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
  const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', tarballs]
  execFileSync(command, [...before, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
}

function fingerprintOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths)
    for (const file of filesBelow(join(root, path))) hash.update(file).update(readFileSync(file))
  return hash.digest('hex')
}

function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !['dist', 'node_modules', 'test', 'bench'].includes(entry.name))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(path, entry.name)) : [join(path, entry.name)]))
    .sort()
}

/** Two builds at once would take each other's files away. A lock whose process is gone counts no more. */
async function withLock(work) {
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      if (!isRunning(Number(readLock()))) rmSync(lock, { force: true })
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  try {
    await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

function readLock() {
  try {
    return readFileSync(lock, 'utf8')
  } catch {
    return '0'
  }
}

function isRunning(pid) {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch {
    return false
  }
}

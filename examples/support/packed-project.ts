import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { makeTempFolder } from '@syncwatch/testkit'
import { onTestFinished } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))

interface Manifest {
  name: string
  dependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

/**
 * An example as its reader would have it: a folder outside this repository with the packed packages in its `node_modules`, unpacked
 * from their tarballs, and beside them only what they and the example declare.
 */
export async function packedProject(example: string): Promise<string> {
  const project = await packedFolder([])
  const source = join(root, 'examples', example)
  const isWanted = (path: string) => !/node_modules|tsconfig\.json|\.test\.tsx?$/.test(path)
  await cp(source, project, { recursive: true, filter: isWanted })
  const manifest = await readManifest(project)
  // What a project with a compiler has anyway.
  for (const name of [...Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }), '@types/node'])
    await install(project, name)
  return project
}

/** An empty project with these packages. */
export async function packedFolder(names: readonly string[]): Promise<string> {
  await run(process.execPath, [join(root, 'scripts/build-packages.mjs'), '--if-changed'], { timeout: 240_000 })
  const project = await makeTempFolder('packed')
  onTestFinished(() => project.remove())
  for (const name of names) await install(project.path, name)
  return project.path
}

/** How somebody else's strict project is set up. `@/` is the folder itself, as in a Next application. */
const COMPILER_OPTIONS = {
  target: 'ES2024',
  lib: ['ES2024', 'DOM', 'DOM.Iterable'],
  module: 'ESNext',
  moduleResolution: 'Bundler',
  jsx: 'react-jsx',
  types: ['node'],
  paths: { '@/*': ['./*'] },
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  noEmit: true,
}

/** Type-checks a project against the declarations of the packed packages. */
export async function typeCheck(project: string): Promise<void> {
  const config = { compilerOptions: COMPILER_OPTIONS, include: ['**/*.ts', '**/*.tsx'], exclude: ['node_modules'] }
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(config))
  const compiler = join(root, 'node_modules/typescript-7/bin/tsc')
  try {
    await run(process.execPath, [compiler, '-p', project])
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout)
  }
}

async function install(project: string, name: string): Promise<void> {
  if (name === '@syncwatch/testkit') return
  const place = join(project, 'node_modules', name)
  await mkdir(dirname(place), { recursive: true })
  if (!name.startsWith('@syncwatch/') && name !== 'syncwatch') {
    await symlink(join(root, 'node_modules', name), place).catch(ignoreExisting)
    return
  }
  await mkdir(place, { recursive: true })
  await run('tar', ['-xzf', await tarballOf(name), '--strip-components=1', '-C', place])
  const { dependencies, peerDependencies, optionalDependencies } = await readManifest(place)
  for (const dependency of Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }))
    if (!(await isInstalled(project, dependency))) await install(project, dependency)
}

async function tarballOf(name: string): Promise<string> {
  const folder = join(root, 'dist/tarballs')
  const start = `${name.replace('@', '').replace('/', '-')}-`
  const file = (await readdir(folder)).find((entry) => entry.startsWith(start) && /^\d/.test(entry.slice(start.length)))
  if (file === undefined) throw new Error(`${name} was not packed.`)
  return join(folder, file)
}

async function isInstalled(project: string, name: string): Promise<boolean> {
  return readManifest(join(project, 'node_modules', name)).then(
    () => true,
    () => false,
  )
}

async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest
}

function ignoreExisting(error: { code?: string }): void {
  if (error.code !== 'EEXIST') throw error
}

// Runs under whatever Node npm was started with (20 or newer), so: plain JavaScript, nothing from node_modules.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const stamp = join(modules, '.installed-lock')

/** Ends the process with one sentence for the person at the terminal. */
export function fail(sentence, code = 1) {
  process.stderr.write(`${sentence}\n`)
  process.exit(code)
}

/** Installs what package-lock.json names, unless that was done already. */
export function ensureInstalled() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  process.stderr.write('Installing dependencies (once, about a minute) …\n')
  // `npm install`, not `npm ci`: where a registry lacks the binaries of some other platform, `npm ci` refuses the
  // whole lock file, and `npm install` keeps every locked version all the same.
  const done = npm(['install', '--no-audit', '--no-fund', '--loglevel=error', '--include=dev', '--include=optional'])
  if (done.status !== 0) fail('The dependencies could not be installed; npm said why above.')
  const now = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  writeFileSync(stamp, now)
}

function npm(args) {
  const cli = process.env.npm_execpath
  const options = { cwd: root, stdio: ['ignore', 2, 2] }
  return cli?.endsWith('.js') ? spawnSync(process.execPath, [cli, ...args], options) : spawnSync('npm', args, options)
}

/** The Node to run with: the pinned one, or this one where it is new enough. */
export function nodeBinary() {
  const pinned = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(pinned)) return pinned
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath
  return fail(
    `Syncwatch needs Node 22.18 or newer and this is ${process.versions.node}: run "npm install" without --ignore-scripts, which brings it along, or install a newer Node.`,
  )
}

/** The environment for our own programs: the pinned Node and the local binaries come first on PATH. */
export function environment(extra = {}) {
  const node = dirname(nodeBinary())
  return { ...process.env, PATH: `${node}:${join(modules, '.bin')}:${process.env.PATH}`, ...extra }
}

/** Runs a program of ours to its end and gives its exit code. */
export function run(args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(nodeBinary(), args, { cwd: root, stdio: 'inherit', env: environment(options.env) })
    child.once('error', (error) => fail(`${args[0]} could not be started: ${error.message}`))
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)))
  })
}

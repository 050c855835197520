// npm runs a script through `sh`. A SIGTERM to npm ends the shell and not what the shell runs, and after a kill -9 of npm
// both live on: nothing tells us. So we look whether npm is still there.
import { readFileSync } from 'node:fs'

const LOOK_MS = 200

/** Calls back once, when the npm that runs this script is gone. Does nothing when it was not npm that started us. */
export function whenNpmEnds(callback) {
  if (process.env.npm_lifecycle_event === undefined) return
  const before = parents()
  const timer = setInterval(() => {
    if (parents() === before) return
    clearInterval(timer)
    callback()
  }, LOOK_MS)
  timer.unref()
}

/** Our parent, and the parent of that where it is the shell in between. */
function parents() {
  const parent = process.ppid
  try {
    const stat = readFileSync(`/proc/${parent}/stat`, 'utf8')
    // The name stands in brackets and may hold anything; the parent's id is the second field after it.
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
    const above = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]
    return /^(sh|dash|bash|busybox)$/.test(name) ? `${parent} ${above}` : String(parent)
  } catch {
    return String(parent)
  }
}

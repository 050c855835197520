#!/usr/bin/env node
// Plain JavaScript that any Node reads, so that an old one gets a sentence instead of a syntax error.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major > 22 || (major === 22 && minor >= 18)) {
  import('../dist/main.js').catch((error) => {
    process.stderr.write(`Syncwatch could not start: ${error.message}\n`)
    process.exitCode = 1
  })
} else {
  process.stderr.write(`Syncwatch needs Node 22.18 or newer; this is ${process.versions.node}.\n`)
  process.exitCode = 1
}

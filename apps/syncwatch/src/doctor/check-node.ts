import { type Finding, failed, ok } from './finding.ts'

/** Is this Node new enough? */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return ok('Node', version)
  return failed('Node', `${version} is too old; 22.18 or newer is needed.`)
}

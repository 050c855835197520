import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { panelFolder } from '../server/panel-folder.ts'
import { type Finding, ok, warning } from './finding.ts'

/** Has the panel been built? */
export function checkPanel(): Finding {
  const page = join(panelFolder(), 'index.html')
  return existsSync(page) ? ok('Panel', 'built') : warning('Panel', 'not built; "npm start" builds it.')
}

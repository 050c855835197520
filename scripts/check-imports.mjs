// The import map: which room may import which. Fails as well when it read no files, for then it says nothing.
import { cruise } from 'dependency-cruiser'
import { forbidden, options, rooms } from './import-map.mjs'

const result = await cruise(
  ['packages', 'apps', 'bench'],
  { ...options, validate: true, ruleSet: { forbidden } },
  options.enhancedResolveOptions,
)
const { summary, modules } = result.output
const ours = modules.filter((module) => /^(packages|apps)\/[^/]+\/src\/.*\.tsx?$/.test(module.source))
const arrows = ours.reduce((sum, module) => sum + module.dependencies.length, 0)
if (ours.length < 50 || arrows < 100) {
  console.error(`The import checker read ${ours.length} files and ${arrows} imports: it does not see the code.`)
  process.exit(1)
}
const unknown = ours.find(({ source }) => !(source.split('/', 2).join('/') in rooms))
if (unknown !== undefined) {
  console.error(`${unknown.source} stands in a room that scripts/import-map.mjs does not know.`)
  process.exit(1)
}
for (const violation of summary.violations) {
  const cycle = violation.cycle?.map((step) => step.name).join(' → ')
  console.error(`${violation.rule.name}: ${violation.from} → ${cycle ?? violation.to}`)
}
console.log(`import map: ${ours.length} files, ${arrows} imports, ${summary.violations.length} violations`)
process.exit(summary.violations.length === 0 ? 0 : 1)

import type { ApiApp } from '../api-environment.ts'

/** Tells which methods exist at an address, so that a wrong one can be answered with 405 instead of 404. */
export function allowedMethods(app: ApiApp): (path: string) => string[] {
  const routes = app.openAPIRegistry.definitions.flatMap((definition) =>
    definition.type === 'route'
      ? [{ method: definition.route.method.toUpperCase(), pattern: patternOf(definition.route.path) }]
      : [],
  )
  return (path) => [...new Set(routes.filter((route) => route.pattern.test(path)).map((route) => route.method))].sort()
}

function patternOf(path: string): RegExp {
  const escaped = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')
  return new RegExp(`^${escaped}/?$`)
}

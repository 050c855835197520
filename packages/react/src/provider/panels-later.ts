import { later } from './later.ts'

/** The panels of the dashboard in a browser: their code comes after the page's own. */
export const laterPanels = /* @__PURE__ */ later(
  async () => (await import('../indicators/dashboard-panels.tsx')).DashboardPanels,
)

import { DashboardPanels } from '../indicators/dashboard-panels.tsx'
import type { Later } from './later.ts'

/** The panels of the dashboard wherever no browser is: what a server renders is whole. */
export const laterPanels: Later<typeof DashboardPanels> = { get: () => DashboardPanels, load: async () => {} }

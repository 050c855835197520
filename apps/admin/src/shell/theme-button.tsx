import { Monitor, Moon, Sun } from 'lucide-react'
import type { ReactNode } from 'react'
import { type Theme, useTheme } from '../theme/use-theme.ts'

const next: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' }
const icons = { system: Monitor, light: Sun, dark: Moon }

/** Goes round: as the system has it, light, dark. */
export function ThemeButton(): ReactNode {
  const [theme, setTheme] = useTheme()
  const Icon = icons[theme]
  return (
    <button
      type="button"
      className="grid size-7 place-items-center rounded-md text-muted hover:bg-raised hover:text-text"
      aria-label={`Theme: ${theme}. Change to ${next[theme]}.`}
      title={`Theme: ${theme}`}
      onClick={() => setTheme(next[theme])}
    >
      <Icon size={16} aria-hidden="true" />
    </button>
  )
}

/** What the floating indicator remembers between pages: its corner, and which error was looked at. */
export interface Memory {
  read(key: string): string | null
  write(key: string, value: string): void
}

/** The browser's own storage. Where that is forbidden or missing, memory holds for this page alone. */
export function browserMemory(): Memory {
  const page = new Map<string, string>()
  return {
    read: (key) => {
      try {
        return globalThis.localStorage.getItem(key) ?? page.get(key) ?? null
      } catch {
        return page.get(key) ?? null
      }
    },
    write: (key, value) => {
      page.set(key, value)
      try {
        globalThis.localStorage.setItem(key, value)
      } catch {
        // Forbidden or full: the page's own copy serves.
      }
    },
  }
}

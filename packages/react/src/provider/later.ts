/** Code that comes apart from the page's own. It is brought once a page; what failed may be tried again. */
export interface Later<Part> {
  /** Null until it is there. */
  get(): Part | null
  load(): Promise<void>
}

export function later<Part>(bring: () => Promise<Part>): Later<Part> {
  let part: Part | null = null
  return {
    get: () => part,
    load: async () => {
      part ??= await bring()
    },
  }
}

/** What an indicator shows below its verdict when it is open. */
export const laterDetails = /* @__PURE__ */ later(
  async () => (await import('../indicators/indicator-details.tsx')).IndicatorDetails,
)

/** The floating indicator: at first there is never anything to see of it. */
export const laterFloating = /* @__PURE__ */ later(
  async () => (await import('../indicators/floating-indicator.tsx')).FloatingIndicator,
)

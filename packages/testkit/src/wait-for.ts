/** How to wait: what for (said in the error), how long at most, how often to look. Milliseconds. */
export interface WaitOptions {
  readonly what: string
  readonly timeoutMs?: number
  readonly intervalMs?: number
}

/**
 * Waits until `condition` gives something truthy, and returns it. For what announces itself by no event. A throwing
 * condition counts as not yet; its last error is the cause of the error at the deadline.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { what, timeoutMs = 10_000, intervalMs = 10 }: WaitOptions,
): Promise<Exclude<T, false | 0 | '' | null | undefined>> {
  const deadline = performance.now() + timeoutMs
  let lastError: unknown
  for (;;) {
    try {
      const value = await condition()
      if (value) return value as Exclude<T, false | 0 | '' | null | undefined>
      lastError = undefined
    } catch (error) {
      lastError = error
    }
    if (performance.now() >= deadline) {
      const reason = lastError instanceof Error ? `: ${lastError.message}` : ''
      throw new Error(`Waited ${timeoutMs} ms in vain for ${what}${reason}`, { cause: lastError })
    }
    await new Promise((resolve) => setTimeout(resolve, intervalMs))
  }
}

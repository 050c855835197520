/** What one check found, as a sentence that says what to do where something is wrong. */
export interface Finding {
  readonly name: string
  readonly state: 'ok' | 'warning' | 'failed'
  readonly message: string
}

export function ok(name: string, message: string): Finding {
  return { name, state: 'ok', message }
}

export function warning(name: string, message: string): Finding {
  return { name, state: 'warning', message }
}

export function failed(name: string, message: string): Finding {
  return { name, state: 'failed', message }
}

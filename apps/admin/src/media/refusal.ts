/** A change or a question that the server refused, or that did not reach it. `code` is the server's, or `server_unreachable`. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: string
  /** All members of the problem document, such as `usage` or `revision`. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: string, message: string, details: Record<string, unknown> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}

/** The refusal that an answer with an error status stands for. */
export async function refusalOf(response: Response): Promise<Refusal> {
  const problem = (await response.json().catch(() => ({}))) as Record<string, unknown>
  const text = problem.detail ?? problem.title ?? `The server answered with status ${response.status}.`
  return new Refusal(typeof problem.code === 'string' ? problem.code : 'internal', String(text), problem)
}

export function isRefusal(error: unknown, ...codes: string[]): error is Refusal {
  return error instanceof Refusal && (codes.length === 0 || codes.includes(error.code))
}

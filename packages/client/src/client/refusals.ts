/** Trying again is of no use: somebody must change something first. */
const FATAL: ReadonlySet<string> = new Set([
  'forbidden_origin',
  'forbidden_host',
  'protocol_unsupported',
  'configuration_invalid',
])

/** The session was refused or ended for its credentials: a new ticket may do. */
const TICKET: ReadonlySet<string> = new Set(['unauthorized', 'ticket_invalid'])

export function isFatalCode(code: string): boolean {
  return FATAL.has(code)
}

export function isTicketCode(code: string): boolean {
  return TICKET.has(code)
}

/** The subprotocol of these frames. A client may offer it beside `ticket.<ticket>`, instead of a ticket in `hello`. */
const SUBPROTOCOL = 'syncwatch.v1'
const TICKET_PREFIX = 'ticket.'

/** Chooses our subprotocol where it is offered; a ticket is never echoed. */
export function pickProtocol(offered: Set<string>): string | false {
  return offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false
}

/** The ticket among the offered subprotocols, if any. */
export function ticketFromProtocols(header: string | undefined): string | undefined {
  const offered = (header ?? '').split(',').map((name) => name.trim())
  return offered.find((name) => name.startsWith(TICKET_PREFIX))?.slice(TICKET_PREFIX.length)
}

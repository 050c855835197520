import type { MachineEvent } from '../connection/machine-event.ts'
import type { ClientError } from '../http/client-error.ts'
import type { TransportClose } from '../transport/transport.ts'
import type { TicketSource } from './ticket-source.ts'

/** Trying again is of no use: somebody must change something first. */
const FATAL = ['forbidden_origin', 'forbidden_host', 'protocol_unsupported', 'configuration_invalid']

/** The session was refused or ended for its credentials: a new ticket may do. */
const TICKET = ['unauthorized', 'ticket_invalid']

/** Whether an `error` frame of this code ends its session. */
export function endsSession(code: string): boolean {
  return FATAL.includes(code) || TICKET.includes(code)
}

/** Whether the end of a session is for good: what must change first, or credentials that were refused again. */
export function judgeEnd(reason: TransportClose, tickets: TicketSource): MachineEvent {
  return ending(reason, FATAL.includes(reason.code) || (TICKET.includes(reason.code) && tickets.refused()))
}

/** The same for a hello that could not be made. The app's own `getTicket` may throw errors of any class: the code is what counts. */
export function judgeHelloFailure(error: unknown): MachineEvent {
  const { code = 'internal', message, details } = (error ?? {}) as Partial<ClientError>
  const retryAfterMs = details?.retryAfterMs as number | undefined
  return ending({ code, message: `${message}`, retryAfterMs }, code === 'unauthorized' || code === 'forbidden')
}

function ending(reason: TransportClose, isFinal: boolean): MachineEvent {
  return isFinal ? { ...reason, type: 'refused' } : { type: 'closed', reason }
}

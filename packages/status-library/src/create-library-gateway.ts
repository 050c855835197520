import { isSyncwatchError, type Principal, SyncwatchError, systemClock, systemRandom } from '@syncwatch/core'
import {
  type Authenticate,
  type ConnectionFacts,
  createGateway,
  createTickets,
  type Gateway,
  openAccess,
  type Tickets,
} from '@syncwatch/gateway'
import type { Authorize, RealtimeTicket } from '@syncwatch/http'
import type { SyncStatus } from '@syncwatch/status-manager'
import { type AccessOptions, hostsOf } from './access-options.ts'

/** The live sessions of this process, with the access that the options give. Takes connections after `start`. */
export function createLibraryGateway(manager: SyncStatus, options: AccessOptions): Gateway {
  return createGateway({
    status: manager,
    clock: systemClock(),
    random: systemRandom(),
    tickets: ticketsOf(options),
    authenticate: judgingHealth(
      manager,
      options.authorize === undefined ? openAccess('viewer') : asking(options.authorize),
    ),
    allowedHosts: hostsOf(options),
    allowedOrigins: options.allowedOrigins ?? [],
  })
}

/** Makes the tickets of `POST /realtime/ticket`. */
export function ticketIssuer(manager: SyncStatus, options: AccessOptions): (principal: Principal) => RealtimeTicket {
  const tickets = ticketsOf(options)
  return (principal) => {
    manager.getHealth().catch(ignore)
    if (tickets === null)
      throw new SyncwatchError(
        'configuration_invalid',
        'There are no tickets here: set SYNCWATCH_TICKET_SECRET to the same 32 or more random bytes on every node.',
      )
    const { ticket, expiresAt } = tickets.issue(principal)
    return { ticket, expires_at: expiresAt }
  }
}

/** Without `authorize` a ticket would say no more than the connection does, so none is looked at. */
function ticketsOf({ authorize, ticketSecret = process.env.SYNCWATCH_TICKET_SECRET }: AccessOptions): Tickets | null {
  if (authorize === undefined || !ticketSecret) return null
  return createTickets({ secrets: [ticketSecret], clock: systemClock() })
}

/**
 * In a process that was never started nobody judges the health, so a viewer who comes has it judged; where a report is fresh this
 * reads one row.
 */
function judgingHealth(manager: SyncStatus, authenticate: Authenticate): Authenticate {
  return (facts, current) => {
    if (current === null) manager.getHealth().catch(ignore)
    return authenticate(facts, current)
  }
}

const ignore = () => {}

function asking(authorize: Authorize): Authenticate {
  return async (facts) => {
    try {
      return await authorize(requestOf(facts))
    } catch (error) {
      if (isSyncwatchError(error, 'unauthorized') || isSyncwatchError(error, 'forbidden')) return null
      throw error
    }
  }
}

/** What the connection began with, as the host knows requests. */
function requestOf({ headers, transport }: ConnectionFacts): Request {
  const path = transport === 'sse' ? '/realtime/events' : '/realtime'
  const given = Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined)
  return new Request(`http://${headers.host ?? 'localhost'}${path}`, { headers: given })
}

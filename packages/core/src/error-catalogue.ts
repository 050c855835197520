/** What is true of a failure wherever it occurs: its HTTP status, whether trying again helps, and its RFC 9457 title. */
export interface ErrorFacts {
  readonly status: number
  readonly retryable: boolean
  readonly title: string
}

/** Every failure that Syncwatch names, one code each. The documentation has a section for each code. */
export const ERROR_CATALOGUE = {
  operation_not_found: { status: 404, retryable: false, title: 'The operation does not exist' },
  illegal_transition: {
    status: 409,
    retryable: false,
    title: 'The operation cannot go to that state from where it is',
  },
  operation_key_taken: { status: 409, retryable: false, title: 'Another operation already uses this operation_key' },
  fenced: { status: 409, retryable: false, title: 'A newer attempt of this operation has taken over' },
  invalid_input: { status: 400, retryable: false, title: 'The input is not valid' },
  invalid_progress: { status: 400, retryable: false, title: 'The progress is not valid' },
  invalid_cursor: { status: 400, retryable: false, title: 'The cursor is not valid' },
  not_found: { status: 404, retryable: false, title: 'There is nothing at this address' },
  method_not_allowed: { status: 405, retryable: false, title: 'The method is not allowed here' },
  unauthorized: { status: 401, retryable: false, title: 'Credentials are missing or not valid' },
  forbidden: { status: 403, retryable: false, title: 'The credentials do not allow this' },
  forbidden_origin: { status: 403, retryable: false, title: 'Requests from this origin are not allowed' },
  forbidden_host: { status: 403, retryable: false, title: 'Requests for this host name are not allowed' },
  payload_too_large: { status: 413, retryable: false, title: 'The body is too large' },
  unsupported_media_type: { status: 415, retryable: false, title: 'The body must be JSON' },
  rate_limited: { status: 429, retryable: true, title: 'Too many requests' },
  idempotency_conflict: {
    status: 409,
    retryable: false,
    title: 'This Idempotency-Key was used with a different request',
  },
  idempotency_running: {
    status: 409,
    retryable: true,
    title: 'The first request with this Idempotency-Key is still under way',
  },
  frame_invalid: { status: 400, retryable: false, title: 'The frame is not valid' },
  protocol_unsupported: { status: 400, retryable: false, title: 'The protocol version is not supported' },
  ticket_invalid: { status: 401, retryable: false, title: 'The ticket is not valid or was used before' },
  server_unreachable: { status: 503, retryable: true, title: 'The server cannot be reached' },
  slow_consumer: { status: 503, retryable: true, title: 'The client reads too slowly' },
  starting: { status: 503, retryable: true, title: 'The server is starting' },
  shutting_down: { status: 503, retryable: true, title: 'The server is stopping' },
  database_unavailable: { status: 503, retryable: true, title: 'The database cannot be reached' },
  database_too_new: { status: 500, retryable: false, title: 'The database was migrated by a newer version' },
  database_incompatible: {
    status: 500,
    retryable: false,
    title: 'A table with this name but another shape is already there',
  },
  database_busy: { status: 503, retryable: true, title: 'The row is locked by another transaction' },
  postgres_unavailable: { status: 500, retryable: false, title: 'The embedded Postgres cannot run here' },
  data_folder_in_use: { status: 409, retryable: false, title: 'Another process uses this data folder' },
  port_in_use: { status: 500, retryable: false, title: 'The port is taken' },
  configuration_invalid: { status: 500, retryable: false, title: 'The configuration is not valid' },
  store_not_found: { status: 404, retryable: false, title: 'The store does not exist' },
  store_exists: { status: 409, retryable: false, title: 'A store of this name already exists' },
  store_unavailable: { status: 503, retryable: true, title: 'The store cannot be reached' },
  store_replaced: { status: 409, retryable: false, title: 'The store is not the one that was connected here' },
  store_busy: { status: 409, retryable: true, title: 'A run on this store is already under way' },
  asset_not_found: { status: 404, retryable: false, title: 'The asset does not exist' },
  asset_changed: { status: 409, retryable: true, title: 'The asset changed meanwhile' },
  item_not_found: { status: 404, retryable: true, title: 'The file vanished before it was read' },
  item_unreadable: { status: 500, retryable: true, title: 'The file cannot be read' },
  item_changing: { status: 409, retryable: true, title: 'The file is still being written' },
  item_outside_root: { status: 400, retryable: false, title: 'The file lies outside the store' },
  item_not_a_file: { status: 400, retryable: false, title: 'It is neither a file nor a folder' },
  item_name_invalid: { status: 400, retryable: false, title: 'The name cannot be stored everywhere' },
  item_empty: { status: 422, retryable: false, title: 'The file is empty' },
  item_not_an_image: { status: 422, retryable: false, title: 'The file is not an image that can be shown' },
  item_name_collision: {
    status: 409,
    retryable: false,
    title: 'Another file has the same name but for case or Unicode form',
  },
  precondition_failed: { status: 409, retryable: true, title: 'The stored version is not the expected one' },
  disk_full: { status: 507, retryable: true, title: 'The disk is full' },
  media_unreadable: { status: 422, retryable: false, title: 'The file is not an image that can be read' },
  cancelled: { status: 409, retryable: false, title: 'The operation was cancelled' },
  orphaned: { status: 500, retryable: true, title: 'The process that worked on it ended' },
  timeout: { status: 504, retryable: true, title: 'It took too long' },
  held_back: { status: 409, retryable: false, title: 'A safety gate holds this back' },
  internal: { status: 500, retryable: false, title: 'Something went wrong inside Syncwatch' },
} as const satisfies Record<string, ErrorFacts>

/** A documented failure. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE

/** Where WebSocket sessions are opened. */
export const REALTIME_PATH = '/realtime'

/**
 * Where the same frames are read as server-sent events, one frame an event, comments to keep the stream alive. There is no way up:
 * what a `hello` says stands in the query, and who wants other topics opens the stream anew.
 */
export const REALTIME_EVENTS_PATH = '/realtime/events'

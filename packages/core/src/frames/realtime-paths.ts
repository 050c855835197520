/** Where WebSocket sessions are opened. */
export const REALTIME_PATH = '/realtime'

/**
 * Where SSE sessions are opened: `GET /realtime/events?hello=<the hello frame as JSON, ticket included>`. Every frame down is
 * one event whose data is the frame; comments keep the stream alive (at least every 30 s). There is no way up: who wants
 * other topics opens the stream anew. A refusal is a problem document with its status, or an `error` frame before the end.
 */
export const REALTIME_EVENTS_PATH = '/realtime/events'

/** The version of the frames. A client that speaks another one is told so and does not retry. */
export const PROTOCOL_VERSION = 1

/** The answer to `ping`. */
export interface Pong {
  type: 'pong'
  t: number
  serverTime: string
}

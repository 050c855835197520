/** Randomness as a port: `next` gives a number in [0, 1), `uuid` a time-ordered uuid (version 7). */
export interface Random {
  next(): number
  uuid(): string
}

import type { Output } from '../cli-context.ts'

/** A line that is rewritten in place at a terminal; elsewhere, each different text once, as lines. */
export class LiveLine {
  readonly #output: Output
  #last = ''

  constructor(output: Output) {
    this.#output = output
  }

  show(text: string): void {
    const line = text.slice(0, Math.max(20, this.#output.columns - 1))
    if (line === this.#last) return
    this.#last = line
    this.#output.write(this.#output.isTerminal ? `\r\x1b[2K${line}` : `${line}\n`)
  }

  /** Takes the line away, so that what follows stands in its place. */
  clear(): void {
    if (this.#last !== '' && this.#output.isTerminal) this.#output.write('\r\x1b[2K')
    this.#last = ''
  }
}

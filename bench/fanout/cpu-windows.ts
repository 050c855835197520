/** The processor time of this process between marks, seconds of user and system together. */
export class CpuWindows {
  readonly #lengths: number[] = []
  #last = process.cpuUsage()

  mark(): void {
    const { user, system } = process.cpuUsage(this.#last)
    this.#last = process.cpuUsage()
    this.#lengths.push((user + system) / 1e6)
  }

  get lengths(): readonly number[] {
    return this.#lengths
  }
}

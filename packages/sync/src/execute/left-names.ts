/**
 * Names that objects of this run have left while the base still says that they are there. Whoever is put under one of them before that is
 * committed would be taken, after a crash, for the one that left.
 */
export class LeftNames {
  readonly #names = new Set<string>()
  readonly #commitAll: () => Promise<void>
  #oneByOne = false

  /** `commitAll` commits all that is done. */
  constructor(commitAll: () => Promise<void>) {
    this.#commitAll = commitAll
  }

  /** From now on only one row is worked on at a time, so that what is done of the others can be committed. */
  workOneByOne(): void {
    this.#oneByOne = true
  }

  leave(name: string): void {
    this.#names.add(name)
  }

  /** Whether the name may be given. */
  async mayGive(name: string): Promise<boolean> {
    if (!this.#names.has(name)) return true
    if (!this.#oneByOne) return false
    await this.#commitAll()
    this.#names.clear()
    return true
  }
}

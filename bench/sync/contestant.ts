/** How long two runs over a pair of folders took, in seconds: the first, which copies everything, and one without changes. */
export interface Times {
  readonly first: number
  readonly unchanged: number
}

/** Something that keeps two folders the same. */
export interface Contestant {
  readonly name: string
  /** Makes `right`, which is empty, like `left`, and then finds nothing to do. Everything it needs besides lies below `work`. */
  measure(left: string, right: string, work: string): Promise<Times>
}

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}

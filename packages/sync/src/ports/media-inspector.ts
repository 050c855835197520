/** What an image says of itself, as it is to be shown (orientation applied). Sizes in pixels. */
export interface ImageFacts {
  readonly width: number
  readonly height: number
  /** The picture made small, ready to be served. */
  readonly thumbnail: Uint8Array
}

/** Looks into content. Implemented beside the stores, so that the engine loads no image library. */
export interface MediaInspector {
  /** How many first bytes `sniff` wants. */
  readonly sniffBytes: number
  /** The library that `sniff` asks, where drivers know it: then they may ask it themselves, in threads of their own. */
  readonly sniffsWith?: 'file-type'
  /** The MIME type by the first bytes, or by the name where bytes do not tell (`application/octet-stream` at last). */
  sniff(head: Uint8Array, key: string): Promise<string>
  /** Whether `inspect` can do something with this type. */
  canInspect(mimeType: string): boolean
  /** Dimensions and thumbnail. Rejects `media_unreadable` for what is broken, too large or no image. */
  inspect(stream: AsyncIterable<Uint8Array>): Promise<ImageFacts>
}

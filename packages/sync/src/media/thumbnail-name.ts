/** The derivative of content that is its thumbnail: WebP, 320 pixels at its longest side. */
export const THUMBNAIL_NAME = '320.webp'

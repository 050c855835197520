/** What a browser may show in place: formats without script. Anything else is offered as a download. */
const SHOWN = new Set([
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
  'video/mp4',
  'video/webm',
  'audio/mpeg',
  'audio/mp4',
  'audio/ogg',
  'audio/wav',
  'audio/flac',
])

/** Should a browser render it all the same, it does so in an origin of its own, without script. */
const SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'"

/** Headers that keep uploaded bytes from acting as a page of ours. `name` is the file's name without its folder. */
export function safeContentHeaders(mimeType: string | null, name: string): Record<string, string> {
  const type = mimeType?.toLowerCase() ?? ''
  const shown = SHOWN.has(type)
  return {
    'content-type': shown ? type : 'application/octet-stream',
    'content-disposition': `${shown ? 'inline' : 'attachment'}; ${fileNames(name)}`,
    'content-security-policy': SANDBOX,
    'x-content-type-options': 'nosniff',
  }
}

/** RFC 6266: a plain name for old readers, the true one percent-encoded. */
function fileNames(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_').slice(0, 200)
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `filename="${plain}"; filename*=UTF-8''${encoded}`
}

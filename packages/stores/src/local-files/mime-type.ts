import { extname } from 'node:path'
import { fileTypeFromBuffer } from 'file-type'

/** What bytes cannot tell: text formats, by their names. */
const BY_EXTENSION: Record<string, string> = {
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.md': 'text/markdown',
  '.csv': 'text/csv',
  '.json': 'application/json',
  '.xml': 'application/xml',
  '.html': 'text/html',
  '.htm': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.srt': 'application/x-subrip',
  '.vtt': 'text/vtt',
}

/** The MIME type by the first bytes; by the name only among types that bytes do not tell. */
export async function sniffMimeType(head: Uint8Array, key: string): Promise<string> {
  const found = head.length === 0 ? undefined : await fileTypeFromBuffer(head).catch(() => undefined)
  const byName = BY_EXTENSION[extname(key).toLowerCase()]
  // An SVG with an XML declaration is XML to the sniffer.
  if (found === undefined || found.mime === 'application/xml')
    return byName ?? found?.mime ?? 'application/octet-stream'
  return found.mime
}

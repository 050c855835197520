import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}

const NOT_BUILT = `<!doctype html><meta charset="utf-8"><title>Syncwatch</title>
<p>The panel has not been built: <code>npm start</code> does it. The API is at <a href="/api/v1/status">/api/v1/status</a>.</p>`

/** The web panel from its built folder. Gives null for a file that is not there, so that it can be answered with 404. */
export function createPanel(folder: string): (request: Request) => Promise<Response | null> {
  return async (request) => {
    const path = pathOf(request)
    if (path === null) return null
    const file = await fileResponse(request, folder, path)
    if (file !== null || extname(path) !== '') return file
    // Every other address is a view of the panel: the same page, which reads the address itself.
    return pageResponse(request, await readOrNull(join(folder, 'index.html')))
  }
}

function pathOf(request: Request): string | null {
  try {
    const path = normalize(decodeURIComponent(new URL(request.url).pathname))
    return path.includes('\0') || path.split(sep).some((part) => part.startsWith('.')) ? null : path
  } catch {
    return null
  }
}

async function fileResponse(request: Request, folder: string, path: string): Promise<Response | null> {
  const type = TYPES[extname(path)]
  if (type === undefined) return null
  const bytes = await readOrNull(join(folder, path))
  if (bytes === null) return null
  if (path.endsWith('.html')) return pageResponse(request, bytes)
  // The build puts a hash of the content into the names below /assets.
  const caching = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'public, max-age=3600'
  return new Response(bytes, { headers: { 'content-type': type, 'cache-control': caching } })
}

function pageResponse(request: Request, page: Buffer | null): Response {
  const bytes = page ?? Buffer.from(NOT_BUILT)
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'content-security-policy': pagePolicy(bytes.toString('utf8')),
    etag,
  }
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers })
  return new Response(new Uint8Array(bytes), { headers })
}

/** Scripts that stand in the page itself are allowed by their hash; everything else comes from files of ours. */
function pagePolicy(page: string): string {
  const inline = [...page.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)]
  const hashes = inline.map(
    ([, text]) =>
      `'sha256-${createHash('sha256')
        .update(text ?? '')
        .digest('base64')}'`,
  )
  return [
    "default-src 'self'",
    `script-src ${["'self'", ...hashes].join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

async function readOrNull(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path)
  } catch (error) {
    const code = error instanceof Error ? Reflect.get(error, 'code') : undefined
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return null
    throw error
  }
}

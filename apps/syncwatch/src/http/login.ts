import { SyncwatchError } from '@syncwatch/core'
import { type Authorize, checkOrigin, problemResponse } from '@syncwatch/http'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Sessions } from '../auth/sessions.ts'
import type { FindToken } from '../auth/token-authorizer.ts'

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** Far more than a form with one token needs: anybody may send one. */
const MAX_FORM_BYTES = 4096

/** A page that exchanges a token for a cookie, for browsers, which cannot send a bearer token with a page. */
export function createLogin(find: FindToken, sessions: Sessions): Hono {
  const app = new Hono()
  app.use(checkOrigin([]))
  app.onError((error) => (error instanceof SyncwatchError ? problemResponse(error) : Promise.reject(error)))
  app.get('/login', () => page(200, ''))
  app.post('/login', bodyLimit({ maxSize: MAX_FORM_BYTES, onError: formTooLarge }), async (c) => {
    const form = new URLSearchParams(await c.req.text())
    const principal = find(form.get('token') ?? '')
    if (principal === null) return page(401, 'This token is not known here.')
    const secure = c.req.header('x-forwarded-proto') === 'https' || new URL(c.req.url).protocol === 'https:'
    return seeOther('/', sessions.open(principal, { secure }))
  })
  app.post('/logout', () => seeOther('/login', sessions.close()))
  return app
}

function formTooLarge(): Response {
  return problemResponse(new SyncwatchError('payload_too_large', `The form may have at most ${MAX_FORM_BYTES} bytes.`))
}

/** Sends browsers without a session to the login page; everybody else gets what was asked for. */
export async function redirectStrangers(request: Request, authorize: Authorize): Promise<Response | null> {
  try {
    await authorize(request)
    return null
  } catch (error) {
    if (error instanceof SyncwatchError && error.code === 'unauthorized') return seeOther('/login')
    throw error
  }
}

function seeOther(location: string, cookie?: string): Response {
  return new Response(null, { status: 303, headers: { location, ...(cookie && { 'set-cookie': cookie }) } })
}

function page(status: number, complaint: string): Response {
  const text = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · Syncwatch</title>
<style>
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{display:grid;place-items:center;min-height:100vh;margin:0}
form{width:min(20rem,calc(100vw - 3rem));display:grid;gap:.75rem}
h1{font-size:1.25rem;margin:0}
input,button{font:inherit;padding:.5rem .75rem;border:1px solid #8884;border-radius:.375rem}
[role=alert]{margin:0;color:#c0362c}
</style></head>
<body><form method="post" action="/login">
<h1>Syncwatch</h1>
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
${complaint === '' ? '' : `<p role="alert">${complaint}</p>`}
<button>Sign in</button>
</form></body></html>`
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': POLICY,
  }
  return new Response(text, { status, headers })
}

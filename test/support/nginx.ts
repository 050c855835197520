import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { makeTempFolder, type TempFolder, waitFor } from '@syncwatch/testkit'
import { freePort } from './server-process.ts'

const PROGRAM = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx'].find(existsSync)

/** False where nginx is not installed (Debian: apt-get install nginx-light). */
export const hasNginx = PROGRAM !== undefined

/** An nginx before several nodes, set up as docs/configuration.md says: any connection may go to any node. */
export class Nginx {
  readonly url: string
  readonly #child: ChildProcess
  readonly #folder: TempFolder

  private constructor(url: string, child: ChildProcess, folder: TempFolder) {
    this.url = url
    this.#child = child
    this.#folder = folder
  }

  static async start(nodes: readonly string[]): Promise<Nginx> {
    const folder = await makeTempFolder('nginx')
    const port = await freePort()
    await mkdir(`${folder.path}/temp`)
    await writeFile(`${folder.path}/nginx.conf`, configuration(folder.path, port, nodes))
    const args = ['-p', folder.path, '-c', `${folder.path}/nginx.conf`, '-e', 'stderr']
    const child = spawn(PROGRAM as string, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000)
    })
    const url = `http://127.0.0.1:${port}`
    await waitFor(
      async () => {
        if (child.exitCode !== null) throw new Error(`nginx ended:\n${said}`)
        return (await fetch(`${url}/readyz`).catch(() => null))?.status === 200
      },
      { what: 'nginx to answer', intervalMs: 20 },
    )
    return new Nginx(url, child, folder)
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null) {
      const ended = once(this.#child, 'exit')
      this.#child.kill('SIGTERM')
      await ended
    }
    await this.#folder.remove()
  }
}

function configuration(folder: string, port: number, nodes: readonly string[]): string {
  const temp = (name: string) => `${name}_temp_path ${folder}/temp/${name};`
  return `daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr error;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 1024; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(temp).join(' ')}
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  upstream nodes {
    ${nodes.map((node) => `server ${new URL(node).host} max_fails=1 fail_timeout=1s;`).join(' ')}
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://nodes;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_buffering off;
      proxy_read_timeout 1h;
      proxy_next_upstream error timeout http_503;
    }
  }
}
`
}

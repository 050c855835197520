import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// In development the API and the live connection are those of a server that was started beside it.
const server = 'http://127.0.0.1:4400'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { conditions: ['@syncwatch/source', 'browser', 'module', 'import', 'default'] },
  build: { outDir: 'dist', emptyOutDir: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 700 },
  server: { proxy: { '/api': server, '/realtime': { target: server, ws: true } } },
})

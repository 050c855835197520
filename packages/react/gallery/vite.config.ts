import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** `vite packages/react/gallery` shows every indicator in every state. It is no part of the package. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: { conditions: ['@syncwatch/source', 'browser', 'module', 'import', 'default'] },
  server: { fs: { allow: ['../../..'] } },
  // Its dependencies are prepared in a place that nobody else uses at the same time.
  cacheDir: '../../../node_modules/.vite-gallery',
})

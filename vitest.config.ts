import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['@syncwatch/source', 'node', 'development|production'] },
  ssr: { resolve: { conditions: ['@syncwatch/source', 'node', 'development|production'] } },
  test: {
    include: [
      'packages/*/{src,test}/**/*.test.{ts,tsx}',
      'apps/*/{src,test}/**/*.test.{ts,tsx}',
      'examples/**/*.test.ts',
      'docs/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    globalSetup: ['packages/testkit/src/vitest-global-setup.ts'],
    reporters: ['default', './scripts/count-reporter.mjs'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})

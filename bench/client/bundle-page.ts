import { rolldown } from 'rolldown'

/** The page's program as a production build: one module, minified, by path. */
export async function bundlePage(): Promise<ReadonlyMap<string, string>> {
  const bundle = await rolldown({
    input: { page: new URL('./page.ts', import.meta.url).pathname },
    platform: 'browser',
    resolve: { conditionNames: ['@syncwatch/source', 'browser', 'import', 'default'] },
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    logLevel: 'silent',
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  await bundle.close()
  return new Map(output.flatMap((part) => (part.type === 'chunk' ? [[`/${part.fileName}`, part.code] as const] : [])))
}

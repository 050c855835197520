// Replaces `z.infer<typeof schema>` in declaration files by what it comes to, so that the types of a published package need no
// schema library where its code needs none.
import { readFileSync, writeFileSync } from 'node:fs'
import ts from 'typescript'

/** `files` are declaration files; those without such a type stay as they are. */
export function inlineInferredTypes(files) {
  const inferring = files.filter((file) => readFileSync(file, 'utf8').includes('z.infer<'))
  const program = ts.createProgram(inferring, {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    types: [],
  })
  for (const file of inferring) {
    const source = program.getSourceFile(file)
    const replaced = source.statements
      .filter(ts.isTypeAliasDeclaration)
      .filter((alias) => alias.type.getText(source).startsWith('z.infer<'))
    const text = replaced.reduceRight(
      (before, { type }) => before.slice(0, type.getStart(source)) + expand(program, type) + before.slice(type.end),
      source.text,
    )
    writeFileSync(file, text)
  }
}

function expand(program, node) {
  const checker = program.getTypeChecker()
  const { NoTruncation, InTypeAlias, UseAliasDefinedOutsideCurrentScope } = ts.TypeFormatFlags
  const text = checker.typeToString(
    checker.getTypeAtLocation(node),
    undefined,
    NoTruncation | InTypeAlias | UseAliasDefinedOutsideCurrentScope,
  )
  if (/\bany\b|\bz\./.test(text))
    throw new Error(`The type at ${node.getSourceFile().fileName} cannot be written out: ${text}`)
  return text
}

/** The operator's commands: each entry of the table in `src/operator/Commands.ts`, by what its `run` needs. */
import type { Node } from "typescript/unstable/ast"
import { isIdentifier } from "typescript/unstable/ast/is"
import { type EntryPoint, type Needs, type Place, together } from "./Facts.ts"
import { flowsFolder } from "./Flows.ts"
import type { NeedsReader } from "./Needs.ts"
import { type Program, walk } from "./Program.ts"
import { property } from "./Types.ts"

const table = "src/operator/Commands.ts"
const dispatcher = "src/operator/RunCommand.ts"

export const readCommands = (program: Program, reader: NeedsReader): ReadonlyArray<EntryPoint> =>
  program
    .files(table)
    .flatMap(program.exportsOf)
    .filter(({ name }) => name === "commands")
    .flatMap(({ symbol }) => {
      const { checker } = program
      const type = checker.getTypeOfSymbol(symbol)
      return (type === undefined ? [] : checker.getPropertiesOfType(type)).flatMap((member) => {
        const run = property(checker, checker.getTypeOfSymbol(member), "run")
        const needs = run === undefined ? undefined : reader.ofEffect(run)
        const node = member.valueDeclaration?.resolve()
        const handler = (node && flowNamedIn(program, reader, node)) ?? { file: table, name: member.name }
        return needs === undefined ? [] : [{ name: `operator ${member.name}`, handler, needs }]
      })
    })

/** The flow that an entry calls. */
const flowNamedIn = ({ checker, fileOf, meaningOf }: Program, reader: NeedsReader, node: Node): Place | undefined => {
  let found: Place | undefined
  walk(node, (at) => {
    const meaning = isIdentifier(at) ? meaningOf(at) : undefined
    const file = meaning === undefined ? undefined : fileOf(meaning)
    if (meaning === undefined || file?.startsWith(flowsFolder) !== true) return
    const type = checker.getTypeOfSymbol(meaning)
    if (type !== undefined && reader.ofEffect(type) !== undefined) found ??= { file, name: meaning.name }
  })
  return found
}

/** What `runCommand` needs: it runs any of them. */
export const readDispatcher = ({ checker, exportsOf, files }: Program, reader: NeedsReader): Needs =>
  together(
    files(dispatcher)
      .flatMap(exportsOf)
      .filter(({ name }) => name === "runCommand")
      .map(({ symbol }) => checker.getTypeOfSymbol(symbol))
      .flatMap((type) => (type === undefined ? [] : (reader.ofEffect(type) ?? [])))
  )

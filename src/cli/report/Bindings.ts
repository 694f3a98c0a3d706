/** The bindings: what every operation is made of in the layers, each read off the type of its own implementation. */
import type { CallExpression } from "typescript/unstable/ast"
import { isCallExpression } from "typescript/unstable/ast/is"
import type { Binding } from "./Facts.ts"
import type { NeedsReader } from "./Needs.ts"
import { isFrom, type Program, variableAround, walk } from "./Program.ts"
import { literal, property } from "./Types.ts"

/** The layers that count: what a test layer is made of says nothing about production. */
export const layerFolders = ["src/layers/cloudflare/", "src/layers/objects/"]

export const readBindings = (program: Program, reader: NeedsReader): ReadonlyArray<Binding> =>
  program.files(...layerFolders).flatMap((file) => {
    const found: Array<Binding> = []
    walk(program.source(file), (node) => {
      if (!isCallExpression(node)) return
      const callee = program.meaningOf(node.expression)
      if (!isFrom(callee, "services/storage/Bind.ts")) return
      const layer = { file, name: variableAround(node)?.getText() ?? "a layer without a name" }
      for (const one of operationsIn(program, node)) {
        const needs = reader.ofEffect(one.implementation) ?? { ...none, hidden: ["is no effect"] }
        const level = callee?.name === "bindStrongly" ? "Strong" : one.level
        found.push({ operation: one.operation, level, layer, needs })
      }
    })
    return found
  })

const none = { uses: [], backends: [] }

/** `bind(Clients, { find: … })`: the operation that each implementation stands for, and the implementation's type. */
const operationsIn = ({ checker }: Program, call: CallExpression) => {
  const [group, implementations] = call.arguments.map((argument) => checker.getTypeAtLocation(argument))
  const members = implementations === undefined ? [] : checker.getPropertiesOfType(implementations)
  return members.flatMap((member) => {
    const declared = property(checker, group, member.name)
    const operation = literal(property(checker, declared, "operation"))
    const level = literal(property(checker, property(checker, declared, "declaration"), "level"))
    const implementation = checker.getTypeOfSymbol(member)
    if (operation === undefined || implementation === undefined) return []
    return [{ operation, level: level === "Strong" ? ("Strong" as const) : ("Eventual" as const), implementation }]
  })
}

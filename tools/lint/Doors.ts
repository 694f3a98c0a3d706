/**
 * `hapax/doors`: an import against the table of rooms in AGENTS.md.
 *
 * The rooms are what makes a file readable alone: a decision that imports storage is no longer pure, and a route that
 * imports storage has gone round its flow. Types count: a type from a forbidden room is knowledge of that room.
 */
import { whyNot } from "./Rooms.ts"
import { type Node, pathOf, type Rule } from "./Rule.ts"

export const doors: Rule = {
  create: (context) => {
    const file = pathOf(context)
    const check = (node: Node, source: Node | null) => {
      if (source?.type !== "Literal" || typeof source.value !== "string") return
      const message = whyNot(file, source.value)
      if (message !== undefined) context.report({ node, message })
    }
    return {
      ImportDeclaration: (node) => check(node, node.source),
      ExportNamedDeclaration: (node) => check(node, node.source),
      ExportAllDeclaration: (node) => check(node, node.source),
      ImportExpression: (node) => check(node, node.source),
      TSImportType: (node) => check(node, node.source)
    }
  }
}

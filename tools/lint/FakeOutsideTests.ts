/**
 * `hapax/fake-outside-tests`: `layers/test/Fake.ts` imported by anything but a test, a test layer or `hapax/testing`.
 *
 * `fake` offers an operation as Strong whatever it is made of. It is what `bind` exists to refuse.
 */
import { type Node, pathOf, type Rule } from "./Rule.ts"

export const fakeOutsideTests: Rule = {
  create: (context) => {
    const file = pathOf(context)
    if (/^(test|src\/layers\/test|src\/testing)\//.test(file)) return {}
    const check = (node: Node, source: Node | null) => {
      if (source?.type !== "Literal" || typeof source.value !== "string") return
      if (!/(^|\/)Fake\.ts$/.test(source.value)) return
      context.report({ node, message: "fake takes anything for storage: it is for tests only, bind is for the rest" })
    }
    return {
      ImportDeclaration: (node) => check(node, node.source),
      ExportNamedDeclaration: (node) => check(node, node.source),
      ExportAllDeclaration: (node) => check(node, node.source),
      ImportExpression: (node) => check(node, node.source)
    }
  }
}

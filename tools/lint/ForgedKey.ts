/**
 * `hapax/forged-key`: going round `bind` by the key of an operation, or by a cast to what only `bind` may offer.
 *
 * An operation is not a `Context.Key` so that `Layer.succeed` cannot provide it. Whoever holds the key (`keyFor`),
 * writes the same key again (`"hapax/storage/Strong/…"`) or casts to `Strong<…>` makes trust out of nothing.
 */
import { nameOf, type Node, pathOf, type Rule } from "./Rule.ts"

const keystone = /^src\/(services\/storage\/(Consistency|Bind|Storage)|layers\/test\/Fake)\.ts$/
const written = /^hapax\/storage\/(Strong|Eventual|backend)(\/|$)/
const trusted = /^(Strong|Eventual|Leveled|StrongStorage|EventualStorage)$/

const isInsideCast = (node: Node | null): boolean => {
  for (let at = node; at !== null && at.type.startsWith("TS"); at = at.parent) {
    if (at.type === "TSAsExpression" || at.type === "TSTypeAssertion") return true
  }
  return false
}

export const forgedKey: Rule = {
  create: (context) => {
    if (keystone.test(pathOf(context))) return {}
    // In `import { keyFor }` two nodes stand for the one name, in the same place.
    const seen = new Set<number>()
    const refuse = (node: Node) =>
      context.report({ node, message: "a forged key: only bind may offer an operation, and only it knows the key" })
    return {
      Identifier: (node) => {
        if (node.name !== "keyFor" || seen.has(node.start)) return
        seen.add(node.start)
        refuse(node)
      },
      Literal: (node) => {
        if (typeof node.value === "string" && written.test(node.value)) refuse(node)
      },
      TemplateElement: (node) => {
        if (written.test(node.value.cooked ?? "")) refuse(node)
      },
      TSTypeReference: (node) => {
        const name = node.typeName.type === "TSQualifiedName" ? node.typeName.right : node.typeName
        if (trusted.test(nameOf(name) ?? "") && isInsideCast(node)) {
          context.report({ node, message: `a cast to ${nameOf(name)}: only bind may offer an operation` })
        }
      }
    }
  }
}

/**
 * `hapax/provide-in-bind`: an implementation under `bind` that provides, or takes, what its `R` does not show.
 *
 * `bind` reads from an implementation's own `R` what it is made of. `Effect.provide(kv)` inside takes the eventual
 * storage out of `R` again, and `Effect.serviceOption` never puts it there. The rule looks at the arguments of `bind`
 * and `bindStrongly`, and at everything of the same file that they name. What another file provides it cannot see;
 * that file may not hold a binding either (`hapax/raw-bindings`).
 */
import { declarationOf, isBind, nameOf, type Node, type Rule } from "./Rule.ts"

const hidden = (node: Node): boolean => {
  if (node.type === "CallExpression" && node.callee.type === "Identifier") {
    return /^(provide|provide(Context|Service|ServiceEffect|Merge)|updateContext|serviceOption)$/.test(node.callee.name)
  }
  if (node.type !== "MemberExpression") return false
  const name = nameOf(node) ?? ""
  const object = nameOf(node.object)
  if (object === "Context") return true
  if (object === "Effect" && /^(run[A-Z].*|serviceOption|context(With)?)$/.test(name)) return true
  return /^(provide([A-Z].*)?|(update|set)(Context|Service|ServiceScoped))$/.test(name)
}

export const provideInBind: Rule = {
  create: (context) => {
    const seen = new Set<Node>()
    const search = (node: Node): void => {
      if (seen.has(node)) return
      seen.add(node)
      if (hidden(node)) {
        const what = context.sourceCode.getText(node.type === "CallExpression" ? node.callee : node)
        context.report({ node, message: `${what} inside bind hides from its type what an operation is made of` })
      }
      if (node.type === "Identifier") {
        const declaration = declarationOf(context, node)
        if (declaration) search(declaration)
      }
      for (const key of context.sourceCode.visitorKeys[node.type] ?? []) {
        const child = node[key as keyof Node] as unknown as Node | ReadonlyArray<Node | null> | null | undefined
        for (const one of Array.isArray(child) ? child : [child]) if (one) search(one)
      }
    }
    return {
      CallExpression: (node) => {
        if (isBind(node)) for (const argument of node.arguments) search(argument)
      }
    }
  }
}

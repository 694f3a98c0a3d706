/**
 * `hapax/floating-effect`: an effect as a statement of its own, without `yield*`.
 *
 * An effect that nobody yields does nothing, and no type says so: `Tickets.burn(ticket)` on a line of its own leaves
 * the ticket standing. Known as effects are the members of `Effect` and what comes from storage, ports and flows.
 */
import { nameOf, type Node, type Rule } from "./Rule.ts"

/** `Effect.run*` are the functions of `Effect` that do something when they are called. */
const isInert = (object: string, name: string) => object === "Effect" && !/^run[A-Z]/.test(name)

export const floatingEffect: Rule = {
  create: (context) => {
    const services = new Set<string>()
    /** The object and the function at the beginning of a chain: `Effect.log` of `Effect.log("x").pipe(…)`. */
    const inert = (node: Node): boolean => {
      if (node.type !== "CallExpression") return false
      const callee: Node = node.callee
      if (callee.type === "Identifier") return services.has(callee.name)
      if (callee.type !== "MemberExpression") return false
      if (nameOf(callee) === "pipe") return inert(callee.object)
      const object = callee.object.type === "Identifier" ? callee.object.name : ""
      return services.has(object) || isInert(object, nameOf(callee) ?? "")
    }
    return {
      ImportDeclaration: (node) => {
        const isService = /\/(services\/)?(storage|ports|flows)\/[\w/]+\.ts$/.test(node.source.value)
        if (isService) for (const specifier of node.specifiers) services.add(specifier.local.name)
      },
      ExpressionStatement: (node) => {
        if (inert(node.expression)) {
          context.report({ node, message: "this effect is made and dropped: nothing happens without yield*" })
        }
      }
    }
  }
}

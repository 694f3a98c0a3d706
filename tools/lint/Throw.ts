/**
 * `hapax/throw`: `throw` and `try` in the domain, the services or http.
 *
 * What is thrown stands in no type, so nobody must answer for it, and an unknown outcome becomes whatever the nearest
 * `catch` likes. Failures are `Schema.TaggedError`, in `E`. Layers and the command line meet libraries that throw.
 */
import { pathOf, type Rule } from "./Rule.ts"

const strict = /^src\/(domain|services|http)\//

export const noThrow: Rule = {
  create: (context) => {
    if (!strict.test(pathOf(context))) return {}
    return {
      ThrowStatement: (node) =>
        context.report({ node, message: "no throw here: a failure is a tagged error, and stands in the type" }),
      TryStatement: (node) =>
        context.report({ node, message: "no try here: use Effect.try, or a schema, and name the failure" })
    }
  }
}

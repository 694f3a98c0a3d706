/**
 * `hapax/bind-at-top`: `bind` called inside a function.
 *
 * There an implementation can close over a value that was eventual storage when the function got it: a parameter, or
 * what a generator took from KV a line above. Its own `R` would not show it. At the top of a module there is nothing to
 * close over, because no storage can be had there. Tests and test layers, which make storage themselves, are free.
 */
import { isBind, pathOf, type Rule } from "./Rule.ts"

export const bindAtTop: Rule = {
  create: (context) => {
    const file = pathOf(context)
    if (!file.startsWith("src/") || file.startsWith("src/layers/test/")) return {}
    return {
      CallExpression: (node) => {
        const ancestors = context.sourceCode.getAncestors(node) as ReadonlyArray<{ readonly type?: string }>
        if (isBind(node) && ancestors.some(({ type }) => type?.includes("Function"))) {
          const message = "bind in a function may close over storage that no type shows: bind at the top of the module"
          context.report({ node, message })
        }
      }
    }
  }
}

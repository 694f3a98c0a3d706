/**
 * `hapax/ambient`: time, randomness and timers taken from the surroundings outside the layers.
 *
 * A decision that reads the clock cannot be replayed, and a simulated run would not be the same twice. Decisions take
 * `now` as an argument; effects take it from `Clock`, randomness from a port.
 */
import { declarationOf, nameOf, type Node, pathOf, type Rule } from "./Rule.ts"

const strict = /^src\/(?!layers\/|cli\/)/
const timers = /^(setTimeout|setInterval|setImmediate)$/
const members = /^(Date\.now|Math\.random|performance\.(now|timeOrigin)|DateTime\.nowUnsafe|SecureRandom\.\w+Unsafe)$/
const modules = /^node:(crypto|timers|timers\/promises|perf_hooks)$/

export const ambient: Rule = {
  create: (context) => {
    if (!strict.test(pathOf(context))) return {}
    const refuse = (node: Node, what: string) => {
      const message = `${what} outside the layers: take now as an argument, time from Clock, randomness from a port`
      context.report({ node, message })
    }
    return {
      MemberExpression: (node) => {
        const object = nameOf(node.object) ?? ""
        const name = `${object}.${nameOf(node) ?? ""}`
        if (members.test(name)) refuse(node, name)
        else if (object === "globalThis" && /^(crypto|performance|set[A-Z]\w*)$/.test(nameOf(node) ?? "")) {
          refuse(node, name)
        }
      },
      Identifier: (node) => {
        if ((node.name === "crypto" || timers.test(node.name)) && declarationOf(context, node) === null)
          refuse(node, node.name)
      },
      NewExpression: (node) => {
        if (nameOf(node.callee) === "Date" && node.arguments.length === 0) refuse(node, "new Date()")
      },
      CallExpression: (node) => {
        if (node.callee.type === "Identifier" && node.callee.name === "Date") refuse(node, "Date()")
      },
      ImportDeclaration: (node) => {
        if (modules.test(node.source.value)) refuse(node, node.source.value)
        // Effect's own reference to the platform's crypto: with a default, so `R` would not show it.
        for (const specifier of node.specifiers) {
          if (specifier.type === "ImportSpecifier" && nameOf(specifier.imported) === "WebCrypto") {
            refuse(specifier, "WebCrypto")
          }
        }
      }
    }
  }
}

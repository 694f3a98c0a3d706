/**
 * `hapax/secret-comparison`: a secret, or the hash of one, compared by an operator that stops at the first difference.
 *
 * How long `===` takes says how much of the guess was right. What carries such a name is compared through
 * `src/domain/ConstantTime.ts`. A comparison with a literal asks whether it is there, or which kind it is, so it may.
 */
import { bare, nameOf, type Node, pathOf, type Rule } from "./Rule.ts"

const secret = /secret|hash|digest|verifier|token$|mac$|signature|challenge$/i
const home = "src/domain/ConstantTime.ts"

/** The name of what is compared; that of `Redacted.value(x)` is x's. */
const secretName = (node: Node): string | undefined => {
  const value = bare(node)
  if (value.type === "CallExpression") {
    const argument = value.arguments[0]
    return nameOf(value.callee) === "value" && argument !== undefined ? secretName(argument) : undefined
  }
  const name = nameOf(value)
  return name !== undefined && secret.test(name) ? name : undefined
}

const isConstant = (node: Node): boolean => {
  const value = bare(node)
  return value.type === "Literal" || (value.type === "Identifier" && value.name === "undefined")
}

export const secretComparison: Rule = {
  create: (context) => {
    const file = pathOf(context)
    if (!file.startsWith("src/") || file === home) return {}
    const check = (node: Node, left: Node, right: Node) => {
      if (isConstant(left) || isConstant(right)) return
      const name = secretName(left) ?? secretName(right)
      if (name !== undefined) context.report({ node, message: `${name} is secret: compare it through ConstantTime` })
    }
    return {
      BinaryExpression: (node) => {
        if (/^[!=]==?$/.test(node.operator)) check(node, node.left, node.right)
      },
      CallExpression: (node) => {
        const [left, right] = node.arguments
        if (left === undefined || right === undefined) return
        const callee = context.sourceCode.getText(node.callee)
        if (callee === "Equal.equals" || callee === "Object.is") check(node, left, right)
      }
    }
  }
}

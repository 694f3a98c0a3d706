/** What a lint rule of this house is made of: oxlint's own types, and the few questions every rule asks of a node. */
import { relative, sep } from "node:path"
import type { RuleTester } from "oxlint/plugins-dev"

type AnyRule = Parameters<RuleTester["run"]>[1]

export type Rule = Exclude<AnyRule, { readonly createOnce: unknown }>
export type RuleContext = Parameters<Rule["create"]>[0]
export type Visitor = ReturnType<Rule["create"]>
export type Node = Parameters<NonNullable<Visitor[string]>>[0]
export type NodeOf<Type extends Node["type"]> = Extract<Node, { readonly type: Type }>

/** The path of the file under the linter from the repository's root, with forward slashes. */
export const pathOf = (context: RuleContext): string => relative(context.cwd, context.filename).split(sep).join("/")

/** The name by which an expression goes: `env` of `env`, of `this.env` and of `this["env"]`. */
export const nameOf = (node: Node): string | undefined => {
  if (node.type === "Identifier" || node.type === "PrivateIdentifier") return node.name
  if (node.type === "MemberExpression") {
    if (!node.computed) return nameOf(node.property)
    return node.property.type === "Literal" && typeof node.property.value === "string" ? node.property.value : undefined
  }
  return undefined
}

/** The expression without what only the compiler or the reader sees: `x` of `x!`, `(x as Y)`, `x satisfies Y`. */
export const bare = (node: Node): Node =>
  node.type === "TSNonNullExpression" ||
  node.type === "TSAsExpression" ||
  node.type === "TSSatisfiesExpression" ||
  node.type === "ChainExpression" ||
  node.type === "ParenthesizedExpression"
    ? bare(node.expression)
    : node

/** Whether this is a call of the keystone's `bind`, and not of a function's or a prepared statement's. */
export const isBind = (node: NodeOf<"CallExpression">): boolean => {
  const callee: Node = node.callee
  const name = nameOf(callee)
  if (name !== "bind" && name !== "bindStrongly") return false
  return callee.type === "Identifier" || (callee.type === "MemberExpression" && nameOf(callee.object) === "Bind")
}

/** Where a name in use was declared: `undefined` if it is no use of a name, `null` if it is a global. */
export const declarationOf = (context: RuleContext, node: Node): Node | null | undefined => {
  const reference = context.sourceCode.getScope(node).references.find(({ identifier }) => identifier === node)
  return reference === undefined ? undefined : ((reference.resolved?.defs[0]?.node as Node | undefined) ?? null)
}

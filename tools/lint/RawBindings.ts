/**
 * `hapax/raw-bindings`: a binding of the Worker taken out of `env` anywhere but in `layers/cloudflare/Bindings.ts`.
 *
 * A raw binding in a closure is storage whose level no type shows: an implementation could read KV beside its D1 token
 * and still be called Strong. So elsewhere `env` may only be handed on, whole, as an argument; the binding types, which
 * would let a binding be handed on instead, may not be written; and `Env` stands only where the platform asks for it.
 */
import { bare, nameOf, type Node, type NodeOf, pathOf, type Rule } from "./Rule.ts"

const home = "src/layers/cloudflare/Bindings.ts"
const elsewhere = `only ${home} reads env: elsewhere env may only be handed on, as an argument named env`

const bindingTypes = new Set([
  "D1Database",
  "D1DatabaseSession",
  "KVNamespace",
  "DurableObjectNamespace",
  "DurableObjectStub",
  "R2Bucket",
  "Queue",
  "Fetcher",
  "Hyperdrive",
  "RateLimit",
  "AnalyticsEngineDataset",
  "SendEmail",
  "Workflow"
])

/** Exports of "cloudflare:workers" that are bindings: `exports` holds the namespaces of the worker's own objects. */
const bindingExports = /^(env|exports|withEnv)$/

const entryPoints = /^(DurableObject|WorkerEntrypoint|WorkflowEntrypoint|ExportedHandler)$/

const isArgument = (node: Node): boolean =>
  (node.parent?.type === "CallExpression" || node.parent?.type === "NewExpression") &&
  (node.parent.arguments as ReadonlyArray<Node>).includes(node)

/** Whether an identifier named `env` only gives the name to something: a parameter, a key, a variable. */
const isName = (node: NodeOf<"Identifier">): boolean => {
  const parent: Node = node.parent
  if ("params" in parent) return (parent.params as ReadonlyArray<Node>).includes(node)
  if (parent.type === "VariableDeclarator") return parent.id === (node as Node)
  if (parent.type === "Property") {
    if (parent.parent.type === "ObjectPattern") return nameOf(parent.value as Node) === "env"
    return parent.key === node
  }
  return (
    parent.type === "TSPropertySignature" ||
    parent.type === "PropertyDefinition" ||
    parent.type === "TSTypeQuery" ||
    parent.type === "ImportSpecifier"
  )
}

/** `Env` as the type of a parameter named `env`, or as what an entry point of the platform is generic in. */
const isWhereEnvStands = (node: NodeOf<"TSTypeReference">): boolean => {
  const around = node.parent
  if (around.type === "TSTypeAnnotation") return around.parent.type === "Identifier" && around.parent.name === "env"
  if (around.type !== "TSTypeParameterInstantiation") return false
  const generic: Node = around.parent
  if (generic.type === "ClassDeclaration" || generic.type === "ClassExpression") {
    return generic.superClass !== null && entryPoints.test(nameOf(generic.superClass) ?? "")
  }
  return generic.type === "TSTypeReference" && entryPoints.test(nameOf(generic.typeName) ?? "")
}

export const rawBindings: Rule = {
  create: (context) => {
    const file = pathOf(context)
    if (!file.startsWith("src/") || file === home) return {}
    const refuse = (node: Node, message = elsewhere) => context.report({ node, message })
    /** Names that another module gave a meaning of its own, as `effect` does with `Queue`. */
    const imported = new Set<string>()
    return {
      ImportDeclaration: (node) => {
        for (const specifier of node.specifiers) {
          if (!node.source.value.startsWith("@cloudflare/")) imported.add(specifier.local.name)
          if (node.source.value !== "cloudflare:workers" || node.importKind === "type") continue
          if (specifier.type !== "ImportSpecifier" || bindingExports.test(nameOf(specifier.imported) ?? "")) {
            refuse(specifier)
          }
        }
      },
      ImportExpression: (node) => {
        if (node.source.type === "Literal" && node.source.value === "cloudflare:workers") refuse(node)
      },
      Identifier: (node) => {
        if (node.name !== "env" || isName(node as NodeOf<"Identifier">)) return
        const isProperty = node.parent.type === "MemberExpression" && node.parent.property === node
        if (!isProperty && !isArgument(node)) refuse(node)
      },
      MemberExpression: (node) => {
        const object = bare(node.object)
        if (nameOf(node) === "exports" && nameOf(object) === "ctx") refuse(node)
        if (nameOf(node) !== "env" || object.type === "MetaProperty" || nameOf(object) === "process") return
        if (!isArgument(node)) refuse(node)
      },
      TSTypeReference: (node) => {
        const name = node.typeName.type === "Identifier" ? node.typeName.name : ""
        if (name === "Env" && !isWhereEnvStands(node)) {
          refuse(node, `Env may only be the type of a parameter named env: ${elsewhere}`)
        }
        if (bindingTypes.has(name) && !imported.has(name)) {
          refuse(node, `${name} is a raw binding: ask for a storage token of ${home} instead`)
        }
      }
    }
  }
}

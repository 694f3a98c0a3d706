/**
 * What comes in elsewhere than through the router: the Worker's other handlers (queue, cron), and the command line.
 *
 * Such a handler is a promise, so its own type says nothing of what it needs. What it needs is what the flows need that
 * it names: names are resolved by the compiler, and functions of its own are followed.
 */
import type { Node } from "typescript/unstable/ast"
import * as Is from "typescript/unstable/ast/is"
import { type Symbol, SymbolFlags } from "typescript/unstable/sync"
import { type EntryPoint, type Needs, nothing, together } from "./Facts.ts"
import { flowsFolder } from "./Flows.ts"
import type { NeedsReader } from "./Needs.ts"
import { type Program, walk } from "./Program.ts"

const worker = "src/worker.ts"
const commandLine = "src/cli/"
const storageFolder = "src/services/storage/"

/** What is not followed: there are no flows behind it, or it is read in its own way (the router, the commands). */
const notFollowed =
  /^src\/(domain|services\/ports|layers)\/|^src\/(http\/Router|operator\/(Commands|RunCommand))\.ts$|^(?!src\/)/

export const readHandlers = (program: Program, reader: NeedsReader): ReadonlyArray<EntryPoint> => [
  ...program.files(worker).flatMap((file) => readWorker(program, reader, file)),
  ...program.files(commandLine).flatMap((file) => {
    const name = file.slice(commandLine.length, -".ts".length)
    const needs = reachedFrom(program, reader, program.source(file), new Set([file]))
    return isIdle(needs) ? [] : [{ name: `hapax: ${name}`, handler: { file, name }, needs }]
  })
]

const isIdle = ({ hidden, uses }: Needs): boolean => uses.length === 0 && hidden.length === 0

/** Every member of what the Worker exports by default, and of classes that it exports and that are no layers. */
const readWorker = (program: Program, reader: NeedsReader, file: string): ReadonlyArray<EntryPoint> =>
  program.exportsOf(file).flatMap(({ name: exported, symbol }) => {
    if (notFollowed.test(program.fileOf(symbol) ?? "")) return []
    const values = symbol.declarations.map((handle) => valueOf(program, handle.resolve()))
    return values.flatMap(membersOf).flatMap((member): ReadonlyArray<EntryPoint> => {
      const own = nameOf(member)
      const name = exported === "default" ? own : `${exported}.${own}`
      const needs = reachedFrom(program, reader, member, new Set())
      // What fetch does is the router's; a class may have members that are nobody's way in.
      return isIdle(needs) && (name === "fetch" || exported !== "default")
        ? []
        : [{ name, handler: { file, name }, needs }]
    })
  })

/** What is exported, without its name, its type and its brackets. */
const valueOf = (program: Program, node: Node | undefined): Node | undefined => {
  if (node === undefined) return undefined
  if (Is.isVariableDeclaration(node)) return valueOf(program, node.initializer)
  if (Is.isIdentifier(node)) return valueOf(program, program.meaningOf(node)?.declarations[0]?.resolve())
  const isWrapped =
    Is.isExportAssignment(node) ||
    Is.isSatisfiesExpression(node) ||
    Is.isAsExpression(node) ||
    Is.isParenthesizedExpression(node)
  return isWrapped ? valueOf(program, node.expression) : node
}

const membersOf = (node: Node | undefined): ReadonlyArray<Node> => {
  if (node === undefined) return []
  if (Is.isObjectLiteralExpression(node)) return node.properties
  return Is.isClassDeclaration(node) ? node.members : []
}

const nameOf = (member: Node): string => {
  const name = (member as { readonly name?: Node }).name
  return name === undefined ? "" : name.getText()
}

/** What the flows need that are named in a node, or in functions named there; `seen` keeps it from circling. */
const reachedFrom = (program: Program, reader: NeedsReader, node: Node, seen: Set<string>): Needs => {
  const found: Array<Needs> = []
  walk(node, (at) => {
    if (Is.isImportDeclaration(at) || Is.isTypeNode(at)) return false
    if (!Is.isIdentifier(at) || isMemberName(at)) return true
    const meaning = program.meaningOf(at)
    const file = meaning === undefined ? undefined : program.fileOf(meaning)
    if (meaning === undefined || file === undefined) return true
    if (file.startsWith(flowsFolder) || file.startsWith(storageFolder)) {
      found.push(needsOfName(program, reader, at, meaning))
    } else if (!notFollowed.test(file)) {
      found.push(...follow(program, reader, meaning, seen))
    }
    return true
  })
  return together(found)
}

const follow = (program: Program, reader: NeedsReader, meaning: Symbol, seen: Set<string>): ReadonlyArray<Needs> =>
  meaning.declarations.flatMap((handle) => {
    const key = `${handle.path} ${handle.index}`
    if (seen.has(key)) return []
    seen.add(key)
    const declaration = handle.resolve()
    return declaration === undefined || Is.isSourceFile(declaration)
      ? []
      : [reachedFrom(program, reader, declaration, seen)]
  })

/** A flow by its name, a flow of a module (`Keys.jwks`), or an operation of a group (`Clients.find`). */
const needsOfName = ({ checker }: Program, reader: NeedsReader, name: Node, meaning: Symbol): Needs => {
  if ((meaning.flags & SymbolFlags.Value) === 0) return nothing
  const { parent } = name
  const whole = Is.isPropertyAccessExpression(parent) && parent.expression === name ? parent : name
  const type = checker.getTypeAtLocation(whole)
  const needs = type === undefined ? undefined : reader.ofEffect(type)
  if (needs !== undefined || type === undefined) return needs ?? nothing
  const members = checker.getPropertiesOfType(type)
  // Nobody knows what is taken from a group that is passed on, nor at which level.
  if (members.some(isOperation(checker))) return { ...nothing, hidden: [`passes ${whole.getText()} on as a whole`] }
  if (((type.getSymbol()?.flags ?? 0) & (SymbolFlags.ObjectLiteral | SymbolFlags.ValueModule)) === 0) return nothing
  // Any flow of a table or a module that is passed on may be run.
  const types = members.map((member) => checker.getTypeOfSymbol(member)).filter((found) => found !== undefined)
  return together(types.map((found) => reader.ofEffect(found)).filter((found) => found !== undefined))
}

const isOperation = (checker: Program["checker"]) => (symbol: Symbol) => {
  const type = checker.getTypeOfSymbol(symbol)
  return type !== undefined && checker.getPropertyOfType(type, "declaration") !== undefined
}

/** `name` in `one.name` and in `{ name: one }`: what it means is asked where the whole is. */
const isMemberName = (node: Node): boolean => {
  const { parent } = node
  return (
    (Is.isPropertyAccessExpression(parent) && parent.name === node) ||
    (Is.isPropertyAssignment(parent) && parent.name === node)
  )
}

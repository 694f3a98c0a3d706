/** The endpoints: every route that http makes, by method and path, and what the effect behind it needs. */
import type { CallExpression, Node } from "typescript/unstable/ast"
import { isCallExpression, isIdentifier, isVariableDeclaration } from "typescript/unstable/ast/is"
import { type EntryPoint, type Needs, nothing, type Place, together } from "./Facts.ts"
import type { NeedsReader } from "./Needs.ts"
import { type Program, walk } from "./Program.ts"
import { literal, property } from "./Types.ts"

const folder = "src/http/"
const router = "src/http/Router.ts"

export const readEndpoints = (program: Program, reader: NeedsReader): ReadonlyArray<EntryPoint> =>
  program.files(folder).flatMap((file) => {
    const found: Array<EntryPoint> = []
    walk(program.source(file), (node) => {
      const endpoint = isCallExpression(node)
        ? endpointOf(program, reader, file, node)
        : doorOf(program, reader, file, node)
      if (endpoint !== undefined) found.push(endpoint)
    })
    return found
  })

/** `const door = HttpRouter.middleware(…)`: what every request goes through, if it asks storage anything. */
const doorOf = ({ checker }: Program, reader: NeedsReader, file: string, node: Node): EntryPoint | undefined => {
  const made = isVariableDeclaration(node) ? node.initializer : undefined
  if (!isVariableDeclaration(node) || made === undefined || !isCallExpression(made)) return undefined
  if (made.expression.getText() !== "HttpRouter.middleware") return undefined
  const type = checker.getTypeAtLocation(made)
  const needs = type === undefined ? undefined : reader.ofLayer(type)
  if (needs === undefined || (needs.uses.length === 0 && needs.hidden.length === 0)) return undefined
  const name = node.name.getText()
  return { name: `every request, by ${name}`, handler: { file, name }, needs }
}

/** `route("GET", "/path", handler)`: any call that makes a Route, whatever the function is called. */
const endpointOf = (
  { checker, fileOf, meaningOf }: Program,
  reader: NeedsReader,
  file: string,
  call: CallExpression
): EntryPoint | undefined => {
  const route = checker.getTypeAtLocation(call)
  if (route?.getSymbol()?.name !== "Route") return undefined
  const [method, path, handler] = call.arguments
  // The route's own type may have been widened by what it is put into; its handler's has not.
  const effect = handler === undefined ? property(checker, route, "handler") : checker.getTypeAtLocation(handler)
  const needs = (effect === undefined ? undefined : reader.ofEffect(effect)) ?? nothing
  const meaning = handler !== undefined && isIdentifier(handler) ? meaningOf(handler) : undefined
  const declaredIn = meaning === undefined ? undefined : fileOf(meaning)
  const place: Place =
    meaning === undefined || declaredIn === undefined
      ? { file, name: shortened((handler ?? call).getText()) }
      : { file: declaredIn, name: meaning.name }
  const name = [one(checker, method), one(checker, path)]
  if (!name.includes(undefined)) return { name: name.join(" "), handler: place, needs }
  // Routes that are made for many paths at once answer what is no endpoint (405): they reach nothing, or are shown.
  if (needs.uses.length === 0 && needs.hidden.length === 0) return undefined
  if (isRest(checker, method) && isRest(checker, path)) return { name: "* *", handler: place, needs }
  const hidden = [...needs.hidden, "is a route whose method or path is not one literal"]
  return { name: shortened(call.getText()), handler: place, needs: { ...needs, hidden } }
}

/** Code as a name, where there is no other. */
const shortened = (text: string): string => {
  const line = text.replaceAll("`", "'").replaceAll(/\s+/g, " ")
  return line.length <= 40 ? line : `${line.slice(0, 39)}…`
}

/** A method or a path; `*` is every method, or every path that is no endpoint. */
const one = (checker: Program["checker"], node: Node | undefined): string | undefined => {
  const value = node === undefined ? undefined : literal(checker.getTypeAtLocation(node))
  return value === "*" ? undefined : value
}

/** Whether it is written as `*`: every method and every path is whatever no other route answers, with a page. */
const isRest = (checker: Program["checker"], node: Node | undefined): boolean =>
  node !== undefined && literal(checker.getTypeAtLocation(node)) === "*"

/** What the layers that `Router.ts` exports need for their requests. */
export const readRouter = ({ checker, exportsOf, files }: Program, reader: NeedsReader): Needs =>
  together(
    files(router)
      .flatMap(exportsOf)
      .map(({ symbol }) => checker.getTypeOfSymbol(symbol))
      .flatMap((type) => (type === undefined ? [] : (reader.ofLayer(type) ?? [])))
  )

/** The endpoints of the admin API: every handler of `handleAll`, by the method and path of its declaration's type. */
import type { CallExpression, Node } from "typescript/unstable/ast"
import * as Is from "typescript/unstable/ast/is"
import { type EntryPoint, together } from "./Facts.ts"
import type { NeedsReader } from "./Needs.ts"
import { type Program, walk } from "./Program.ts"
import { literal, property } from "./Types.ts"

const folder = "src/http/admin/"

export const readAdminEndpoints = (program: Program, reader: NeedsReader): ReadonlyArray<EntryPoint> =>
  program.files(folder).flatMap((file) => {
    const found: Array<EntryPoint> = []
    walk(program.source(file), (node) => {
      if (Is.isCallExpression(node)) found.push(...endpointsOf(program, reader, file, node))
    })
    return found
  })

/** `handlers.handleAll({ name: handler, … })`: what the handler needs, and what stands before it. */
const endpointsOf = (
  { checker }: Program,
  reader: NeedsReader,
  file: string,
  { arguments: [table], expression }: CallExpression
): ReadonlyArray<EntryPoint> => {
  if (!Is.isPropertyAccessExpression(expression) || expression.name.getText() !== "handleAll") return []
  const declared = property(checker, checker.getTypeAtLocation(expression.expression), "~EndpointsByIdentifier")
  if (declared === undefined || table === undefined || !Is.isObjectLiteralExpression(table)) return []
  return table.properties.flatMap((member) => {
    const name = (member as { readonly name?: Node }).name?.getText() ?? ""
    const endpoint = property(checker, declared, name)
    const handler = property(checker, checker.getTypeAtLocation(table), name)
    const before = property(checker, endpoint, "~MiddlewareServices")
    const needs = handler === undefined ? undefined : reader.ofEffect(handler)
    const method = literal(property(checker, endpoint, "method"))
    const path = literal(property(checker, endpoint, "path"))
    if (needs === undefined) return []
    return [
      {
        name: `${method} ${path}`,
        handler: { file, name },
        needs: together([needs, ...(before === undefined ? [] : [reader.ofServices(before)])])
      }
    ]
  })
}

/** Declarations and laws as data: the modules of `src/services/storage/` are run, and asked what they export. */
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { isCallExpression, isVariableDeclaration } from "typescript/unstable/ast/is"
import type { AnyGroup, AnyOperation } from "../../services/storage/Consistency.ts"
import { oneLine } from "./Claims.ts"
import { compare, type DeclaredOperation, type FieldGroup, type StatedLaw } from "./Facts.ts"
import type { Program } from "./Program.ts"

const folder = "src/services/storage/"

/** What the modules of the folder export, laws and declarations apart. They import Effect and the domain only. */
export interface Declared {
  readonly operations: ReadonlyArray<DeclaredOperation>
  readonly laws: ReadonlyArray<StatedLaw>
  readonly fields: ReadonlyArray<FieldGroup>
}

export const readDeclarations = async (root: string): Promise<Declared> => {
  const files = (await readdir(join(root, folder))).filter((file) => file.endsWith(".ts")).toSorted()
  const modules = await Promise.all(
    files.map(async (name) => {
      const url = pathToFileURL(join(root, folder, name)).href
      const exported = (await import(/* @vite-ignore */ url)) as Readonly<Record<string, unknown>>
      return { file: `${folder}${name}`, exported: Object.entries(exported) }
    })
  )
  const isLaws = ({ file }: { readonly file: string }) => file.endsWith(".laws.ts")
  return {
    operations: modules
      .filter((module) => !isLaws(module))
      .flatMap(({ exported, file }) =>
        exported.flatMap(([name, value]) => (isGroup(value) ? operationsOf(value, { file, name }) : []))
      )
      .toSorted((a, b) => compare(a.operation, b.operation)),
    laws: lawsOf(modules.filter(isLaws)),
    fields: modules.flatMap(({ exported }) =>
      exported.flatMap(([, value]) => (Array.isArray(value) ? value.filter(isFieldGroup) : []))
    )
  }
}

interface Module {
  readonly file: string
  readonly exported: ReadonlyArray<readonly [name: string, value: unknown]>
}

/** A law may stand in several lists, which may be of several modules: it is one law. */
const lawsOf = (modules: ReadonlyArray<Module>): ReadonlyArray<StatedLaw> => {
  const seen = new Set<unknown>()
  const laws: Array<StatedLaw> = []
  for (const { exported, file } of modules) {
    // The longest list first: the others are parts of it, for those who cannot run the whole.
    const lists = exported
      .map(([name, value]) => ({ name, list: (Array.isArray(value) ? value : [value]).filter(isLaw) }))
      .toSorted((a, b) => b.list.length - a.list.length || compare(a.name, b.name))
    for (const law of lists.flatMap(({ list }) => list)) {
      if (!seen.has(law)) laws.push({ title: oneLine(law.title), operations: law.operations, file })
      seen.add(law)
    }
  }
  return laws
}

/** The doc comments of operations, which only the compiler knows: they stand where the operations are declared. */
export const withTexts = (
  operations: ReadonlyArray<DeclaredOperation>,
  { checker, exportsOf }: Program
): ReadonlyArray<DeclaredOperation> =>
  operations.map((one) => {
    const group = exportsOf(one.place.file).find(({ name }) => name === one.place.name)
    const declaration = group?.symbol.valueDeclaration?.resolve()
    const call = declaration !== undefined && isVariableDeclaration(declaration) ? declaration.initializer : undefined
    const declared = call !== undefined && isCallExpression(call) ? call.arguments[1] : undefined
    const type = declared === undefined ? undefined : checker.getTypeAtLocation(declared)
    const key = one.operation.slice(one.operation.lastIndexOf(".") + 1)
    const member = type === undefined ? undefined : checker.getPropertyOfType(type, key)
    return member === undefined ? one : { ...one, text: oneLine(checker.getDocumentationCommentOfSymbol(member)) }
  })

const operationsOf = (group: AnyGroup, place: DeclaredOperation["place"]): ReadonlyArray<DeclaredOperation> =>
  Object.values(group).map(({ declaration, operation }) => ({
    operation: String(operation),
    level: declaration.level,
    kind: declaration.kind,
    repeat: declaration.repeat,
    bound: declaration.bound,
    because: declaration.because,
    place,
    text: ""
  }))

const isOperation = (value: unknown): value is AnyOperation =>
  typeof value === "function" && "operation" in value && "declaration" in value

const isGroup = (value: unknown): value is AnyGroup => {
  if (typeof value !== "object" || value === null) return false
  const members = Object.values(value)
  return members.length > 0 && members.every(isOperation)
}

const isLaw = (value: unknown): value is Omit<StatedLaw, "file"> =>
  typeof value === "object" && value !== null && "title" in value && "operations" in value && "check" in value

const isFieldGroup = (value: unknown): value is FieldGroup =>
  typeof value === "object" && value !== null && "members" in value && "readBy" in value

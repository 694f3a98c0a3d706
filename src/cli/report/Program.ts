/** The compiler, asked for types: one program, its files by their paths from the root, and walking them. */
import type { ChildProcess } from "node:child_process"
import { resolve } from "node:path"
import { type Node, type SourceFile, SyntaxKind } from "typescript/unstable/ast"
import { isIdentifier, isShorthandPropertyAssignment, isVariableDeclaration } from "typescript/unstable/ast/is"
import { API, type Checker, type Snapshot, type Symbol, SymbolFlags } from "typescript/unstable/sync"
import { compare } from "./Facts.ts"

export interface Program {
  readonly checker: Checker
  /** The program's files under any of these folders, or these very files, in order. */
  readonly files: (...places: ReadonlyArray<string>) => ReadonlyArray<string>
  readonly source: (file: string) => SourceFile
  /** What a module exports, by name, aliases followed: the name under which it is exported, and what it means. */
  readonly exportsOf: (file: string) => ReadonlyArray<{ readonly name: string; readonly symbol: Symbol }>
  /** What a name means, aliases followed; in `{ name }` it is the value and not the member. */
  readonly meaningOf: (node: Node) => Symbol | undefined
  /** Where it is declared first, from the root; undefined for what is declared nowhere or outside the root. */
  readonly fileOf: (symbol: Symbol) => string | undefined
}

/** Opens the project of `root`'s tsconfig.json for as long as `use` runs. */
export const withProgram = <A>(root: string, use: (program: Program) => A): A => {
  const folder = `${resolve(root)}/`
  const api = new API({ cwd: folder })
  const snapshot = api.updateSnapshot({ openProjects: [`${folder}tsconfig.json`] })
  try {
    const [project] = snapshot.getProjects()
    if (project === undefined) throw new Error(`${folder}tsconfig.json is no project`)
    const { checker, program } = project
    const all = program
      .getSourceFileNames()
      .filter((file) => file.startsWith(folder) && !file.includes("/node_modules/"))
      .map((file) => file.slice(folder.length))
      .toSorted()
    // What the compiler calls a path is in lower case where the file system does not tell cases apart.
    const byPath = new Map(all.map((file) => [`${folder}${file}`.toLowerCase(), file]))
    const source = (file: string) => {
      const found = program.getSourceFile(`${folder}${file}`)
      if (found === undefined) throw new Error(`${file} is not in the program`)
      return found
    }
    const followed = (symbol: Symbol) =>
      (symbol.flags & SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)
    return use({
      checker,
      source,
      files: (...places) =>
        all.filter((file) => places.some((place) => (place.endsWith("/") ? file.startsWith(place) : file === place))),
      exportsOf: (file) => {
        const module = checker.getSymbolAtLocation(source(file))
        const exported = module === undefined ? [] : checker.getExportsOfModule(module)
        return exported
          .map((symbol) => ({ name: symbol.name, symbol: followed(symbol) }))
          .toSorted((a, b) => compare(a.name, b.name))
      },
      meaningOf: (node) => {
        const symbol = isShorthandPropertyAssignment(node.parent)
          ? checker.getShorthandAssignmentValueSymbol(node.parent)
          : checker.getSymbolAtLocation(node)
        return symbol === undefined ? undefined : followed(symbol)
      },
      fileOf: (symbol) => {
        const [declaration] = symbol.declarations
        return declaration === undefined ? undefined : byPath.get(declaration.path.toLowerCase())
      }
    })
  } finally {
    end(api, snapshot)
  }
}

/** Asked politely, the compiler's process sometimes complains on standard error; it has only read, so it is killed. */
const end = (api: API, snapshot: Snapshot): void => {
  snapshot.dispose()
  const process = api["client"]["channel"]?.child as ChildProcess | undefined
  process?.kill("SIGKILL")
  api.close()
}

/** Visits a node and all that is in it, parents first; a visitor that answers false is not taken inside. */
export const walk = (node: Node, visit: (node: Node) => boolean | void): void => {
  if (visit(node) === false) return
  node.forEachChild((child) => {
    walk(child, visit)
  })
}

/** Whether a symbol is declared in this file: compared by its end, for a keystone may be another repository's. */
export const isFrom = (symbol: Symbol | undefined, end: string): boolean =>
  symbol?.declarations[0]?.path.toLowerCase().endsWith(end.toLowerCase()) ?? false

/** The variable of a module that a node is part of. */
export const variableAround = (node: Node): Node | undefined => {
  for (let at: Node = node; at.kind !== SyntaxKind.SourceFile; at = at.parent) {
    if (isVariableDeclaration(at) && isIdentifier(at.name)) return at.name
  }
  return undefined
}

/** The files of this repository as the tests of its style read them: path, text and syntax tree. */
import { readdirSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { parseAst } from "vitest/node"

export const root = `${resolve(import.meta.dirname, "../..")}/`

export interface Source {
  /** From the repository's root, with forward slashes. */
  readonly file: string
  readonly text: string
}

/** A node of the syntax tree; what else it has depends on its type. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

/** What is made by a program, by somebody else, or refused on purpose. */
const skipped = /(^|\/)(node_modules|dist|\.wrangler|\.data|generated)\/|^test\/types\/refused\//

/** All files and folders under `folder`, committed or not; a folder's path ends with a slash. */
export const paths = (folder: string): ReadonlyArray<string> => {
  const entries = readdirSync(root + folder, { withFileTypes: true, recursive: true })
  return entries
    .map((entry) => `${entry.parentPath.slice(root.length)}/${entry.name}${entry.isDirectory() ? "/" : ""}`)
    .filter((path) => !skipped.test(path))
    .toSorted()
}

/** All TypeScript files under the folders that exist. */
export const sources = (folders: ReadonlyArray<string>): ReadonlyArray<Source> => {
  const there = new Set(readdirSync(root))
  return folders
    .filter((folder) => there.has(folder))
    .flatMap(paths)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => ({ file, text: readFileSync(root + file, "utf8") }))
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value

/** Every node of a file, a parent before its children. */
export const nodesOf = (source: Source): ReadonlyArray<Node> => {
  const found: Array<Node> = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) visit(one)
    else if (isNode(value)) {
      found.push(value)
      for (const child of Object.values(value)) visit(child)
    }
  }
  visit(parseAst(source.text, { lang: "ts" }).body)
  return found
}

/** The line, counted from one, of a place in a text. */
export const lineOf = (text: string, offset: number): number => text.slice(0, offset).split("\n").length

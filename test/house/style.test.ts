/** Style is a test: sizes, names and headers of AGENTS.md, over every file, committed or not. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { lineOf, nodesOf, paths, root, type Source, sources } from "./Source.ts"

const ours = sources(["src"])
const around = sources(["test", "tools", "demo", "bench"])

const longest = { column: 120, function: 70, file: 300, fileAround: 400 }

/** Lines of a text, without the empty one that a final newline leaves. */
const linesOf = (text: string) => text.replace(/\n$/, "").split("\n")

const tooLong = (files: ReadonlyArray<Source>, most: number) =>
  files
    .map(({ file, text }) => ({ file, lines: linesOf(text).length }))
    .filter(({ lines }) => lines > most)
    .map(({ file, lines }) => `${file}: ${lines} lines, at most ${most}`)

describe("style", () => {
  it(`a file of src/ has at most ${longest.file} lines`, () => {
    expect(tooLong(ours, longest.file)).toEqual([])
  })

  it(`a file around it has at most ${longest.fileAround} lines`, () => {
    expect(tooLong(around, longest.fileAround)).toEqual([])
  })

  it(`a line has at most ${longest.column} columns`, () => {
    const wide = [...ours, ...around].flatMap(({ file, text }) =>
      linesOf(text).flatMap((line, index) => {
        // What a reader sees: a letter beyond the first plane of Unicode is one column, not two.
        const columns = [...line].length
        return columns > longest.column ? [`${file}:${index + 1} has ${columns} columns`] : []
      })
    )
    expect(wide).toEqual([])
  })

  it(`a function of src/ has at most ${longest.function} lines`, () => {
    const long = ours.flatMap((source) =>
      nodesOf(source)
        .filter((node) => /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type))
        .map((node) => ({ from: lineOf(source.text, node.start), to: lineOf(source.text, node.end) }))
        .filter(({ from, to }) => to - from + 1 > longest.function)
        .map(({ from, to }) => `${source.file}:${from} is a function of ${to - from + 1} lines`)
    )
    expect(long).toEqual([])
  })

  it("a file begins with a doc comment that says in a sentence what it is", () => {
    const silent = [...ours, ...around].filter(
      ({ text }) => !/^(#!.*\n)?\/\*\*\s+(\* )?\S[^]*?[.:]\s[^]*?\*\//.test(text)
    )
    expect(silent.map(({ file }) => `${file}:1 does not begin with /** One sentence. */`)).toEqual([])
  })

  it("no file or folder is called after what it is not: utils, common, helpers, shared, index", () => {
    const vague = /(^|\/)(utils?|common|helpers?|shared|misc|lib|index)(\/|\.\w+$)/i
    const all = [...paths("src"), ...around.map(({ file }) => file)]
    expect(all.filter((path) => vague.test(path))).toEqual([])
  })

  // A package says what of it is public in the files that its `exports` name one by one: only they may pass on.
  it("no file of src/ only passes on what others export, but for the ways into the package", () => {
    const { exports } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as {
      readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>
    }
    const ways = Object.values(exports)
      .map((way) => way["hapax-source"]?.slice("./".length))
      .filter((way) => !way?.includes("*"))
    expect(ways).toEqual(["src/testing/Testing.ts"])
    const barrels = ours.filter((source) => {
      if (ways.includes(source.file)) return false
      const statements = nodesOf(source).filter((node) => /^(Import|Export|\w+(Declaration|Statement))/.test(node.type))
      const passedOn = statements.filter((node) => /^Export(All|Named)/.test(node.type) && Boolean(node["source"]))
      return statements.length > 0 && passedOn.length === statements.length
    })
    expect(barrels.map(({ file }) => file)).toEqual([])
  })

  it("a claim about storage says why, and is made once", () => {
    const claims = ours.flatMap(({ file, text }) =>
      [...text.matchAll(/\bstorage\s*\.(?:strong|eventual)\("([^"]*)"\)/g)].map((match) => {
        const statement = text.slice(0, match.index).lastIndexOf("\nexport const ")
        return {
          at: `${file}:${lineOf(text, match.index)}`,
          name: match[1],
          reasoned: text.slice(0, statement).endsWith("*/")
        }
      })
    )
    expect(claims.filter(({ reasoned }) => !reasoned).map(({ at }) => at)).toEqual([])
    const production = claims.filter(({ at }) => !at.startsWith("src/layers/test/")).map(({ name }) => name)
    expect(production.filter((name, index) => production.indexOf(name) !== index)).toEqual([])
  })

  it("a disabled lint rule is named, for one line, and says why", () => {
    const careless = ours.flatMap(({ file, text }) =>
      linesOf(text).flatMap((line, index, lines) => {
        // oxlint is told not to listen to comments of eslint, so here they would only deceive the reader.
        if (!/\/[/*]\s*(oxlint|eslint)-disable/.test(line)) return []
        const named = /oxlint-disable-(next-)?line [\w-]+\/[\w-]+/.test(line)
        const reasoned = /-- \S/.test(line) || /^\s*(\/\/|\*|\*\/|\/\*\*) ?\S/.test(lines[index - 1] ?? "")
        return named && reasoned ? [] : [`${file}:${index + 1} ${line.trim()}`]
      })
    )
    expect(careless).toEqual([])
  })
})

/** What the compiler says: programs it must refuse, each with its essential sentence, and programs it must accept. */
import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { basename, join, resolve } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"

const here = import.meta.dirname
const root = resolve(here, "../..")

/** What the compiler said of each program, by its file; a diagnostic with all the lines that explain it is one text. */
const said = new Map<string, Array<string>>()

const compile = (): string => {
  const project = join(here, "tsconfig.json")
  const tsc = join(root, "node_modules/typescript/bin/tsc")
  try {
    return execFileSync(process.execPath, [tsc, "--noEmit", "--pretty", "false", "-p", project], {
      cwd: root
    }).toString()
  } catch (failure) {
    // The compiler ends with a status of its own when it refuses something; what it says is on its standard output.
    return (failure as { readonly stdout: Buffer }).stdout.toString()
  }
}

beforeAll(() => {
  for (const diagnostic of compile().split(/\n(?=\S)/)) {
    const [, file, message] = /^(\S+)\(\d+,\d+\): error TS\d+: ([^]*)$/.exec(diagnostic) ?? []
    if (file === undefined || message === undefined) continue
    // A type that is a sentence is shown as a string in a string: its quotes come back escaped.
    said.set(file, [...(said.get(file) ?? []), message.replaceAll('\\"', '"')])
  }
})

const programs = (folder: string) =>
  readdirSync(join(here, folder)).map((name) => {
    const text = readFileSync(join(here, folder, name), "utf8")
    const title = /^\/\*\* (.*) \*\/$/m.exec(text)?.[1] ?? ""
    const sentence = /^\/\/ expect: (.*(?:\n\/\/ {3}.*)*)$/m.exec(text)?.[1]?.replaceAll("\n//  ", "") ?? ""
    return { file: `test/types/${folder}/${name}`, name: basename(name, ".ts"), title, sentence }
  })

describe("the compiler refuses", () => {
  it.each(programs("refused"))("$name: $title", ({ file, sentence }) => {
    expect(sentence, `${file} has no "// expect: …"`).not.toBe("")
    const diagnostics = said.get(file) ?? []
    expect(diagnostics).toHaveLength(1)
    expect(diagnostics[0]).toContain(sentence)
  })
})

describe("the compiler accepts", () => {
  it.each(programs("accepted"))("$name: $title", ({ file }) => {
    expect(said.get(file) ?? []).toEqual([])
  })

  it("everything else that these programs import", () => {
    const others = [...said.keys()].filter((file) => !file.startsWith("test/types/refused/"))
    expect(others).toEqual([])
  })
})

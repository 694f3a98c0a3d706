/** The report over a small project in which operations are reached in roundabout ways, or not at all. */
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import type { Facts, Needs } from "../../src/cli/report/Facts.ts"
import { findingsOf } from "../../src/cli/report/Findings.ts"
import { readFacts } from "../../src/cli/report/Read.ts"
import { render } from "../../src/cli/report/Render.ts"
import { runReport } from "../../src/cli/Report.ts"

const root = join(import.meta.dirname, "fixture")

let facts: Facts
beforeAll(async () => {
  facts = await readFacts(root)
})

const usesOf = ({ uses }: Needs) => uses.map(({ level, operation }) => `${level} ${operation}`)
const flow = (name: string) => usesOf(facts.flows.find(({ place }) => place.name === name)!.needs)
const entryPoint = (name: string) => usesOf(facts.entryPoints.find((one) => one.name === name)!.needs)
const sentences = (of: Facts, fault: string) =>
  findingsOf(of).flatMap((finding) => (finding.fault === fault ? [finding.sentence] : []))

describe("a flow's type says", () => {
  it("an operation that it calls by another name, and one that a helper calls for it", () => {
    expect(flow("showNote")).toEqual(["Eventual Note.show", "Strong Note.write"])
    expect(flow("kept")).toEqual(["Strong Note.write"])
  })

  it("Strong where an Eventual operation is asked for strongly", () => {
    expect(facts.operations.find(({ operation }) => operation === "Note.show")?.level).toBe("Eventual")
    expect(flow("showExactly")).toEqual(["Strong Note.show"])
  })

  it("what a type alias with a default stands for", () => {
    expect(flow("glance")).toEqual(["Eventual Note.show"])
  })

  it("what each flow of a table needs", () => {
    expect(flow("readings.late")).toEqual(["Eventual Note.show"])
    expect(flow("readings.exact")).toEqual(["Strong Note.show"])
  })
})

describe("an entry point is", () => {
  it("a route, by method and path, whatever the names of its handler and its path are", () => {
    expect(entryPoint("GET /note")).toEqual(["Eventual Note.show", "Strong Note.write"])
    expect(entryPoint("POST /note")).toEqual(["Eventual Note.show", "Strong Note.write"])
    expect(entryPoint("GET /exact")).toEqual(["Strong Note.show"])
    expect(entryPoint("GET /glance")).toEqual(["Eventual Note.show"])
    expect(entryPoint("GET /about")).toEqual([])
  })

  it("the queue or a cron, by the flows that it names, though its promise says nothing", () => {
    expect(entryPoint("queue")).toEqual(["Strong Counter.next"])
    expect(entryPoint("scheduled")).toEqual(["Strong Note.show"])
  })

  it("a class that the Worker exports", () => {
    expect(entryPoint("Operator.call")).toEqual(["Strong Counter.next", "Eventual Note.show"])
    expect(entryPoint("Operator.list")).toEqual(["Eventual Note.show", "Strong Note.show"])
  })

  it("a command of the operator", () => {
    expect(entryPoint("operator note.glance")).toEqual(["Eventual Note.show"])
    expect(entryPoint("operator count.up")).toEqual(["Strong Counter.next"])
  })

  it("not a handler that only runs the router or the commands", () => {
    const names = facts.entryPoints.map(({ name }) => name)
    expect(names.filter((name) => name === "fetch" || name === "Operator.run")).toEqual([])
  })
})

describe("a layer's type says", () => {
  it("what each operation is made of, also strongly", () => {
    const made = facts.bindings.map(({ layer, level, needs, operation }) => {
      return `${layer.name}: ${level} ${operation} of ${needs.backends.map(({ backend }) => backend).join()}`
    })
    expect(made.toSorted()).toEqual([
      "CountersKept: Strong Counter.next of Trial.database",
      "NotesCopied: Eventual Note.show of Trial.copies",
      "NotesExact: Strong Note.show of Trial.database",
      "NotesKept: Strong Note.archive of Trial.database",
      "NotesKept: Strong Note.forget of Trial.database",
      "NotesKept: Strong Note.write of Trial.database"
    ])
  })

  it("what it claims of its storage, with the reason", () => {
    expect(facts.claims.map(({ backend, level, reason }) => `${level} ${backend}: ${reason}`)).toEqual([
      "Eventual Trial.copies: A copy of it. Nobody says when it changes.",
      "Strong Trial.database: One database, and every statement goes to it."
    ])
  })
})

describe("the report fails", () => {
  it("for an operation that no flow uses, and for one whose flows nobody runs", () => {
    expect(sentences(facts, "unreached")).toEqual([
      "`Note.archive`: no entry point runs `Archive.archive`",
      "`Note.forget`: no flow uses it"
    ])
  })

  it("not for an operation that is only asked by the layer of another", () => {
    const needs: Needs = { uses: [{ operation: "Note.forget", level: "Strong" }], backends: [], hidden: [] }
    const layer = { file: "src/layers/cloudflare/Storages.ts", name: "NotesRemembered" }
    const binding = { operation: "Note.show", level: "Eventual", layer, needs } as const
    expect(sentences({ ...facts, bindings: [...facts.bindings, binding] }, "unreached")).toHaveLength(1)
  })

  it("for an operation without a law, and for a law of no operation", () => {
    expect(sentences(facts, "lawless")).toEqual(["`Counter.next`: no law names it"])
    expect(sentences(facts, "unknown")).toEqual([
      "`Note.burn`, which `a note is never burnt` names, is no operation of src/services/storage/"
    ])
  })

  it("for a use that no layer of production answers", () => {
    expect(sentences(facts, "unbound")).toEqual([])
    const bindings = facts.bindings.filter(({ layer }) => layer.name !== "NotesExact")
    expect(sentences({ ...facts, bindings }, "unbound")).toEqual([
      "`Note.show`: no layer of production makes it as Strong"
    ])
  })

  it("for storage whose claim is nowhere", () => {
    expect(sentences(facts, "unclaimed")).toEqual([])
    expect(sentences({ ...facts, claims: facts.claims.slice(1) }, "unclaimed")).toEqual([
      "Eventual `Trial.copies`: operations are made of it, but no claim was found"
    ])
  })

  it("for types that hide what they reach, and for what only a dispatcher reaches", () => {
    expect(sentences(facts, "hidden")).toEqual([
      "`GET /hiding` (`answered(hiding)` in src/http/Router.ts) needs any, which hides what it reaches",
      '`route("GET", path, showRoute)` (`showRoute` in src/http/Router.ts) ' +
        "is a route whose method or path is not one literal",
      "`Operator.find` (`Operator.find` in src/worker.ts) passes Notes on as a whole",
      "the router, or the operator's commands, needs any, which hides what it reaches"
    ])
    const listed = facts.entryPoints.filter(({ needs }) => !usesOf(needs).includes("Strong Note.write"))
    expect(sentences({ ...facts, entryPoints: listed }, "hidden")).toContain(
      "`Note.write` is needed as Strong, but by no route or command that the report can read"
    )
  })
})

describe("the page", () => {
  const page = () => render(facts, findingsOf(facts))

  it("shows the level of a use, and not of the declaration", () => {
    const section = page().split("### `GET /exact`")[1]!.split("###")[0]!
    expect(section).toContain("Strong (strongly) | read | idempotent | Strong `Trial.database` |")
  })

  it("lists a law once, with its operations, and says of each operation where its laws are", () => {
    const text = page()
    expect(text.match(/^- what is forgotten or put away is not shown.*$/gm)).toEqual([
      "- what is forgotten or put away is not shown (`forget`, `archive`, `show`)"
    ])
    expect(text.split("#### `Note.show`")[1]).toContain("- Laws: 2 below.")
    expect(text.split("#### `Counter.next`")[1]).toContain("- Laws: none.")
  })

  it("has a place for every link that goes to a place in it", () => {
    const text = page()
    const [body, definitions] = [text.replaceAll(/^\[`.*`\]: .*$/gm, ""), text.match(/^\[`.*`\]: #.+$/gm)]
    const defined = new Set(definitions!.map((line) => line.slice(0, line.indexOf("]: #") + 1)))
    const referred = new Set(body.match(/\[`[^`]*`\](?![(:])/g))
    expect([...referred].filter((reference) => !defined.has(reference))).toEqual([])
    expect(definitions!.filter((line) => line.endsWith("#"))).toEqual([])
  })

  it("is the same when everything is read again", async () => {
    expect(render(await readFacts(root), findingsOf(facts))).toBe(page())
  })

  it("is as the formatter would leave it", () => {
    const oxfmt = resolve(import.meta.dirname, "../../node_modules/oxfmt/bin/oxfmt")
    const formatted = execFileSync(process.execPath, [oxfmt, "--stdin-filepath=docs/page.md"], { input: page() })
    expect(formatted.toString()).toBe(page())
  })
})

describe("hapax report", () => {
  const folder = mkdtempSync(join(tmpdir(), "hapax-report-"))
  const file = join(folder, "consistency.md")
  afterAll(() => rmSync(folder, { recursive: true }))

  const run = async (check: boolean) => {
    const said: Array<string> = []
    const listen = vi.spyOn(console, "error").mockImplementation((line: string) => void said.push(line))
    const silence = vi.spyOn(console, "log").mockImplementation(() => undefined)
    const code = await runReport({ check, root, page: file })
    listen.mockRestore()
    silence.mockRestore()
    return { code, said }
  }

  it("--check fails while there is no page, and writes none", async () => {
    const { code, said } = await run(true)
    expect(code).toBe(1)
    expect(said[0]).toBe(`${file} is out of date: npx hapax report`)
    expect(() => readFileSync(file)).toThrow("ENOENT")
  })

  it("writes the page, and fails all the same for what fails the report", async () => {
    const { code, said } = await run(false)
    expect(code).toBe(1)
    expect(said).toContain("Reached by no entry point: `Note.forget`: no flow uses it")
    expect(readFileSync(file, "utf8")).toBe(render(facts, findingsOf(facts)))
  })

  it("--check says what differs, and where", async () => {
    const right = readFileSync(file, "utf8")
    writeFileSync(file, right.replace("- Bound: a minute.", "- Bound: an hour."))
    const { said } = await run(true)
    expect(said.slice(0, 4)).toEqual([
      `${file} is out of date: npx hapax report`,
      "  #### `Note.show`",
      "  - - Bound: an hour.",
      "  + - Bound: a minute."
    ])
  })
})

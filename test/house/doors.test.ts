/** Every import of `src/` against the table of rooms, and the table of AGENTS.md against the data. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { roomOf, rooms, whyNot } from "../../tools/lint/Rooms.ts"
import { lineOf, type Node, nodesOf, root, sources } from "./Source.ts"

/** What a node imports: `import`, `export … from`, `import()` and `import("…")` as a type. */
const imported = (node: Node): string | undefined => {
  if (!/^(Import(Declaration|Expression)|Export(Named|All)Declaration|TSImportType)$/.test(node.type)) return undefined
  const source = node["source"] as { readonly value?: unknown } | null
  return typeof source?.value === "string" ? source.value : undefined
}

/** The rows of the table in AGENTS.md: the rooms of a row, and what they may import, in its words. */
const written = readFileSync(`${root}AGENTS.md`, "utf8")
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter((cells) => cells.length === 5 && cells[1]!.startsWith("`src/"))
  .flatMap(([, names, may]) =>
    [...names!.matchAll(/`(src\/[^`]+)`/g)].map(([, at]) => ({ at: at!, may: may!.replaceAll("`", "").split(", ") }))
  )

/** A room as AGENTS.md calls it: `storage` of `src/services/storage/`, `ports/ProviderConfig` of a single file. */
const calledInAgents = (at: string) =>
  at
    .replace(/\/$/, "")
    .replace(/^src\/(services\/|layers\/)?/, "")
    .replace(/\.ts$/, "")

describe("rooms and doors", () => {
  it("every import in src/ is one that the table allows", () => {
    const refused = sources(["src"]).flatMap((source) =>
      nodesOf(source).flatMap((node) => {
        const specifier = imported(node)
        const why = specifier === undefined ? undefined : whyNot(source.file, specifier)
        return why === undefined ? [] : [`${source.file}:${lineOf(source.text, node.start)} ${why}`]
      })
    )
    expect(refused).toEqual([])
  })

  it("every file of src/ stands in a room", () => {
    const homeless = sources(["src"]).filter(({ file }) => roomOf(file) === undefined)
    expect(homeless.map(({ file }) => file)).toEqual([])
  })

  it("AGENTS.md names the same rooms as the data", () => {
    expect(written.map((row) => row.at).toSorted()).toEqual(rooms.map((room) => room.at).toSorted())
  })

  it.each(written.filter((row) => row.may[0] !== "all"))("AGENTS.md says what $at may import", ({ at, may }) => {
    const room = rooms.find((one) => one.at === at)
    const named = may.filter((word) => word !== "effect" && word !== "itself")
    expect(room?.rooms.map(calledInAgents).toSorted()).toEqual(named.toSorted())
  })
})

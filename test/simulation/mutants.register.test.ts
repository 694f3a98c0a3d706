/** No defect of the audit's table is forgotten: each is a mutant, or waits for something that is not declared yet. */
import { describe, expect, it } from "vitest"
import { TicketKind } from "../../src/domain/Ticket.ts"
import { lint } from "../house/Lint.ts"
import { sources } from "../house/Source.ts"
import { plainComparison } from "./mutants/15-PlainComparison.ts"
import { mutants } from "./mutants/Mutants.ts"
import { considered, notYet } from "./mutants/NotYet.ts"

/** What a second letter says is a second form of the same defect. */
const rowOf = (of: string) => of.replace(/[a-z]$/, "")

const numbers = (letter: string, count: number) => Array.from({ length: count }, (_, index) => `${letter}${index + 1}`)

/** The groups of operations that `src` declares, and the kinds of tickets. */
const declared = [
  ...sources(["src"]).flatMap(({ text }) =>
    [...text.matchAll(/^export const \w+ = operations\("(\w+)"/gm)].map(([, name = ""]) => name)
  ),
  ...TicketKind.literals
]

describe("the table of defects", () => {
  it("has each of the 24 defects and each wrong repair once, and seven subtle bugs", () => {
    const all = [...mutants, ...notYet, plainComparison].map(({ of }) => of)
    expect(all.length).toBe(new Set(all).size)
    const rows = [...new Set(all.map(rowOf))].toSorted()
    expect(rows).toEqual([...numbers("", 24), ...numbers("W", 6), ...numbers("S", 7)].toSorted())
  })

  it("has names and schedules that tell one mutant from another", () => {
    for (const of of [mutants.map(({ name }) => name), mutants.map(({ schedule }) => schedule)]) {
      expect(of.length).toBe(new Set(of).size)
    }
  })

  it("15: the linter refuses a secret that is compared by ===", () => {
    const { code, file, says } = plainComparison
    expect(lint(new Map([[file, code]])).get(file)).toEqual([says])
  })
})

describe("what waits", () => {
  it("is looked for among all groups of operations and kinds of tickets, and each of them was considered", () => {
    const unknown = declared.filter((name) => !considered.includes(name))
    const asks =
      "is it what a mutant of NotYet.ts waits for? Then write that mutant; name it under `considered` either way"
    expect(unknown.map((name) => `${name}: ${asks}`)).toEqual([])
    expect(considered.filter((name) => !declared.includes(name))).toEqual([])
  })

  it.each(notYet)("$of: $name: $waitsFor are not declared", ({ declaredBy, name, of }) => {
    const found = declared.filter((one) => declaredBy.test(one))
    expect(
      found.map((one) => `${one} is declared now: write the mutant ${of} (${name}) and take it from the table`)
    ).toEqual([])
  })
})

/**
 * A failure as a text: the same on every host, and its schedule can be had back from it.
 *
 * `SCHEDULES=write` writes the committed text anew.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { exhaustive } from "../../../src/layers/test/kernel/Exhaustive.ts"
import { timeOf } from "../../../src/layers/test/report/HistoryTable.ts"
import { printFailure, printRun } from "../../../src/layers/test/report/PrintFailure.ts"
import { commandOf, parseSchedule, type Schedule } from "../../../src/layers/test/report/Schedule.ts"
import { wrap } from "../../../src/layers/test/report/TextTable.ts"
import { again, search } from "../../../src/layers/test/Simulate.ts"
import { broken, sound, tidied } from "./Toy.ts"

const committed = new URL("broken.txt", import.meta.url)

/** After how many schedules it is found is the search's affair, and not the text's. */
const failing = Effect.map(
  search(broken, () => exhaustive()),
  ({ failure }) => ({ ...(failure ?? expect.fail("the broken scenario holds")), found: 5 })
)

describe("a failure as a text", () => {
  it.effect("is the committed one, to the byte", () =>
    Effect.gen(function* () {
      const text = printFailure(yield* failing)
      if (process.env["SCHEDULES"] === "write") writeFileSync(committed, text)
      expect(text).toBe(readFileSync(committed, "utf8"))
    })
  )

  it.effect("says the property, the sentence, every moment, and points at those it is about", () =>
    Effect.gen(function* () {
      const failure = yield* failing
      const text = printFailure(failure)
      expect(text).toContain(`${failure.violation.oracle} is broken:\n  ${failure.violation.sentence}`)
      const pointedAt = text.split("\n").filter((line) => line.startsWith("→ "))
      expect(pointedAt.map((line) => line.includes("Shelf.take"))).toEqual([true, true])
      for (const { operation, place } of failure.ended.recorder.moments) {
        if (place !== undefined) expect(text).toContain(operation)
      }
    })
  )

  it.effect("has no line of more than 120 columns, and none that ends with a space", () =>
    Effect.gen(function* () {
      const lines = printFailure(yield* failing).split("\n")
      expect(lines.filter((line) => line.length > 120 || line.endsWith(" "))).toEqual([])
    })
  )

  it.effect("of a run that breaks nothing says so", () =>
    Effect.gen(function* () {
      const { choices, ended, violation } = yield* again(sound, [1])
      const text = printRun({ scenario: sound.name, seed: undefined, choices, violation, ended })
      expect(text).toMatch(/^No property is broken\.\n/)
      expect(text).not.toContain("→ 1")
      expect(parseSchedule(text)).toEqual({ scenario: sound.name, seed: undefined, choices })
    })
  )
})

describe("what the platform does by itself", () => {
  it.effect("stands in a column of its own, with who does it", () =>
    Effect.gen(function* () {
      const { choices, ended, violation } = yield* again(tidied, [])
      const lines = printRun({ scenario: "tidied", seed: undefined, choices, violation, ended }).split("\n")
      const column = lines.find((line) => line.includes("where"))?.indexOf("platform") ?? -1
      expect(column).toBeGreaterThan(0)
      const said = lines.map((line) => line.slice(column))
      expect(said.some((line) => line.startsWith("tidiers: come round"))).toBe(true)
      expect(said.some((line) => line.startsWith("tidier 2: Cupboard.tidy → ok"))).toBe(true)
      expect(lines.filter((line) => line.length > 120)).toEqual([])
    })
  )
})

describe("a schedule", () => {
  const schedules: ReadonlyArray<Schedule> = [
    { scenario: "redeem/redeem", seed: undefined, choices: [0, 1, 2] },
    { scenario: "redeem/redeem", seed: "hapax/3/17", choices: [12] },
    { scenario: 'a "name" with $HOME, `ls` and \\', seed: 'and a "seed"', choices: [] }
  ]

  it.each(schedules)("can be had back from its command: $scenario", (schedule) => {
    expect(parseSchedule(commandOf(schedule))).toEqual(schedule)
    expect(parseSchedule(`something\n\n${commandOf(schedule)}\n`)).toEqual(schedule)
  })

  it.effect("can be had back from a printed failure, and gives the same text again", () =>
    Effect.gen(function* () {
      const failure = yield* failing
      const schedule = parseSchedule(printFailure(failure)) ?? expect.fail("there is no schedule")
      const { choices, scenario, seed } = failure
      expect(schedule).toEqual({ scenario, seed, choices })
      const run = yield* again(broken, schedule.choices)
      expect(printRun({ ...failure, ...run, choices: schedule.choices })).toBe(printFailure(failure))
    })
  )

  it("cannot be had from a text without one", () => {
    expect(parseSchedule("npm run sim -- --scenario redeem")).toBeUndefined()
  })
})

describe("what a table is made of", () => {
  it.each([
    [0, "0 ms"],
    [999, "999 ms"],
    [1_500, "1.5 s"],
    [61_000, "1 min 1 s"],
    [3_600_000, "1 h"],
    [90_061_001, "1 d 1 h 1 min 1.001 s"]
  ])("a time of %i milliseconds is %s", (milliseconds, text) => expect(timeOf(milliseconds)).toBe(text))

  it("a text is broken between words, and a long word within itself; nothing is lost", () => {
    expect(wrap("one two three", 7)).toEqual(["one two", "  three"])
    expect(wrap("abcdefghij", 4)).toEqual(["abcd", "  ef", "  gh", "  ij"])
    expect(wrap("AuthorizationCode.issue", 20)).toEqual(["AuthorizationCode.", "  issue"])
    expect(wrap("a abcdefghij", 4)).toEqual(["a", "  ab", "  cd", "  ef", "  gh", "  ij"])
  })
})

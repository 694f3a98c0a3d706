/**
 * Defects put back on purpose: the simulator finds each, by the oracle that should, and prints its smallest schedule.
 *
 * The schedules stand next to the mutants, for people; `SCHEDULES=write` writes them anew.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { inspect } from "node:util"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { exhaustive } from "../../src/layers/test/kernel/Exhaustive.ts"
import { printFailure } from "../../src/layers/test/report/PrintFailure.ts"
import { parseSchedule } from "../../src/layers/test/report/Schedule.ts"
import type { Again } from "../../src/layers/test/Simulate.ts"
import type { Mutant } from "./mutants/Mutant.ts"
import { mutants } from "./mutants/Mutants.ts"

/** One of them begins with ten thousand logins. */
const timeout = 240_000

const isWriting = process.env["SCHEDULES"] === "write"

const fileOf = ({ schedule }: Mutant) => new URL(`mutants/${schedule}`, import.meta.url)

/** All of a run that could differ from another, as text: two answers of the same content are not equal values. */
const runOf = ({ choices, ended: { answers, faults, recorder } }: Again) => {
  const { actions, moments, operations } = recorder
  const all = { choices, faults, answers: [...answers], operations, actions, moments }
  return inspect(all, { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity })
}

/** Choices without the quietest ones at the end, which a replay makes by itself. */
const trimmed = (choices: ReadonlyArray<number>) => choices.slice(0, choices.findLastIndex((choice) => choice > 0) + 1)

describe.each(mutants.map((mutant) => ({ title: `${mutant.of}: ${mutant.name}`, mutant })))("$title", ({ mutant }) => {
  it.effect(
    `is found by "${mutant.killedBy}" within ${mutant.within} schedules, as it is written down`,
    () =>
      Effect.gen(function* () {
        const { failure } = yield* mutant.entry.search(() => exhaustive())
        if (failure === undefined) return expect.fail("the mutant survives: that is a defect of the simulator")
        expect(failure.violation.oracle).toBe(mutant.killedBy)
        expect(failure.found).toBeLessThanOrEqual(mutant.within)
        const text = printFailure(failure)
        if (isWriting) writeFileSync(fileOf(mutant), text)
        expect(existsSync(fileOf(mutant)) ? readFileSync(fileOf(mutant), "utf8") : "nothing").toBe(text)
      }),
    timeout
  )

  it.effect(
    "its schedule gives the same run again, bit for bit, and the same verdict",
    () =>
      Effect.gen(function* () {
        const schedule = parseSchedule(readFileSync(fileOf(mutant), "utf8"))
        if (schedule === undefined) return expect.fail("there is no schedule in the text")
        expect(schedule.scenario).toBe(mutant.entry.name)
        const once = yield* mutant.entry.again(schedule.choices, schedule.without)
        const twice = yield* mutant.entry.again(schedule.choices, schedule.without)
        expect(once.violation?.oracle).toBe(mutant.killedBy)
        expect(twice.violation).toEqual(once.violation)
        expect(runOf(twice)).toBe(runOf(once))
        expect(trimmed(once.choices)).toEqual(trimmed(schedule.choices))
      }),
    timeout
  )

  it.effect(
    "without the defect nothing is found, in all schedules",
    () =>
      Effect.gen(function* () {
        const report = yield* mutant.sound.search(() => exhaustive())
        expect(report.failure && printFailure(report.failure)).toBeUndefined()
        if (isWriting) process.stdout.write(`${mutant.of} sound: ${report.schedules} schedules\n`)
      }),
    timeout
  )
})

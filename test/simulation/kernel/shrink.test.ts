/** Making a schedule smaller. */
import { expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { shrink } from "../../../src/layers/test/kernel/Shrink.ts"

const Choices = Schema.Array(Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 6 })))).pipe(
  Schema.check(Schema.isMaxLength(30))
)

it.effect.prop(
  "what is left breaks the same property, and is the smallest that one change leads to",
  [Choices],
  ([from]) =>
    Effect.sync(() => {
      // Breaks if somewhere a choice of at least 3 is followed, at any distance, by a 2 or more.
      const breaks = (choices: ReadonlyArray<number>) => {
        const first = choices.findIndex((choice) => choice >= 3)
        return first >= 0 && choices.slice(first + 1).some((choice) => choice >= 2)
      }
      if (!breaks(from)) return
      const { choices } = shrink({ choices: from, faults: 0 }, (tried) =>
        breaks(tried) ? { choices: tried, faults: 0 } : undefined
      )
      expect(choices).toEqual([3, 2])
    })
)

it("a schedule with fewer faults is smaller, whatever its choices", () => {
  const faults = (choices: ReadonlyArray<number>) => choices.filter((choice) => choice === 1).length
  const smallest = shrink({ choices: [1, 1], faults: 2 }, (choices) =>
    choices.some((choice) => choice > 0) ? { choices, faults: faults(choices) } : undefined
  )
  expect(smallest).toEqual({ choices: [1], faults: 1 })
  const larger = shrink({ choices: [1], faults: 1 }, () => ({ choices: [5, 5, 5], faults: 0 }))
  expect(larger).toEqual({ choices: [5, 5, 5], faults: 0 })
})

/** The laws of D1's operations over the model in memory, which the simulator takes for D1. */
import { describe } from "@effect/vitest"
import { MemoryD1 } from "../../src/layers/test/MemoryD1.ts"
import { holdOver, holdTwiceOver } from "./D1Laws.ts"

describe("the model of D1 in memory", () => {
  holdOver(MemoryD1)
})

describe("the model of D1 in memory, when every answer is lost once", () => {
  holdTwiceOver(MemoryD1)
})

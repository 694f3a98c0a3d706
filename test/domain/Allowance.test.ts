/** Whether an isolate has an allowance, and for how long. docs/decisions/0034-limits-everywhere.md. */
import { describe, expect, it } from "vitest"
import { look, lent, notLent } from "../../src/domain/Allowance.ts"
import { allowanceLife } from "../../src/domain/RequestLimit.ts"

describe("whether an isolate has an allowance", () => {
  const held = lent(undefined, 0, 3)

  it("a clock that went back does not say how much time has passed: what was lent is lost", () => {
    expect(look(held, 4)).toMatchObject({ isHeld: true, asks: false })
    expect(look(held, 2)).toMatchObject({ isHeld: false, asks: true })
    expect(look(lent(undefined, 10, 9), 9).isHeld).toBe(false)
  })

  it("it is good from when it was asked for, however late the answer came, and asked for again at half of it", () => {
    expect(look(held, allowanceLife / 2 - 1).asks).toBe(false)
    expect(look(held, allowanceLife / 2)).toMatchObject({ isHeld: true, asks: true })
    expect(look(held, allowanceLife - 1).isHeld).toBe(true)
    expect(look(held, allowanceLife).isHeld).toBe(false)
  })

  it("whoever is told by a clock far ahead to wait, waits no longer than an allowance lives", () => {
    const refused = notLent(undefined, 1_000_000_000_000, 7)
    expect(look(refused, 7 + allowanceLife - 1).asks).toBe(false)
    expect(look(refused, 7 + allowanceLife).asks).toBe(true)
  })
})

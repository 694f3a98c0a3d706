/** Which limits an operator may change. The issue: "configurable"; OWASP ASVS 5.0 §6.3.1, NIST SP 800-63B §3.2.2. */
import { describe, expect, it } from "@effect/vitest"
import { Result } from "effect"
import { limitNumbers, unchangedLimits } from "../../src/domain/LimitSettings.ts"
import { limits } from "../../src/domain/RateLimit.ts"
import { requestLimits } from "../../src/domain/RequestLimit.ts"
import { inForce, resettled, unset } from "../../src/domain/Settings.ts"

const set = (field: string, value: unknown) => resettled(unset, { limits: { [field]: value } })

const numbersAfter = (field: string, value: number) =>
  limitNumbers(inForce(Result.getOrThrow(set(field, value))).limits)

const reasonOf = (field: string, value: unknown) => Result.getOrThrow(Result.flip(set(field, value)))

const guarding = Object.entries(limits)
const sparing = Object.entries(requestLimits).filter(([name]) => name !== "isolates")

describe("the limits that are in force", () => {
  it("are those that this provider comes with, where nothing is set", () => {
    expect(limitNumbers(inForce(unset).limits)).toEqual(unchangedLimits)
  })

  it("are what the operator set, by name, in seconds", () => {
    expect(numbersAfter("clients_most", 700).clients).toEqual({ most: 700, window: 60_000 })
    expect(numbersAfter("login_account_seconds", 1_800).login_account).toEqual({ most: 10, window: 1_800_000 })
    expect(numbersAfter("clients_most", 700).pages).toEqual(requestLimits.pages)
  })
})

describe("what guards secrets", () => {
  it.each(guarding)("%s may be tightened, and neither loosened nor switched off", (name, { most, window }) => {
    expect(Result.isSuccess(set(`${name}_most`, 3))).toBe(true)
    expect(Result.isSuccess(set(`${name}_most`, most))).toBe(true)
    expect(Result.isSuccess(set(`${name}_seconds`, 3_600))).toBe(true)
    for (const value of [most + 1, 2, 0, -1, 1.5, "many"]) {
      expect(reasonOf(`${name}_most`, value).field).toBe(`limits.${name}_most`)
    }
    expect(reasonOf(`${name}_seconds`, window / 1000 - 1).message).toBe(`must be from ${window / 1000} to 3600`)
  })
})

describe("what guards the provider's work", () => {
  it.each(sparing)("%s may be set either way, and not so low that a page has no style", (name) => {
    for (const value of [20, 1_000_000]) expect(Result.isSuccess(set(`${name}_most`, value))).toBe(true)
    for (const value of [10, 60]) expect(Result.isSuccess(set(`${name}_seconds`, value))).toBe(true)
    expect(reasonOf(`${name}_most`, 19).message).toBe("must be from 20 to 1000000")
    // An allowance counts for a minute.
    expect(reasonOf(`${name}_seconds`, 61).message).toBe("must be from 10 to 60")
  })

  it("how many isolates have an allowance is nobody's to set", () => {
    expect(reasonOf("isolates_most", 20).message).toBe("there is no such setting")
  })
})

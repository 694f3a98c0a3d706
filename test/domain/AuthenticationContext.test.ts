/** How strongly a client wants its user to have signed in. OIDC Core §3.1.2.1, §5.5.1.1. */
import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { supportedAcr } from "../../src/domain/Authentication.ts"
import { type ContextWish, judgeContext, meets, reported, wishOf } from "../../src/domain/AuthenticationContext.ts"
import { none, parse } from "../../src/domain/ClaimsRequest.ts"

const performed = Schema.Literals(supportedAcr)
const asked = Schema.Struct({
  values: Schema.Array(Schema.Literals([...supportedAcr, "urn:example:gold"])).pipe(Schema.check(Schema.isNonEmpty())),
  essential: Schema.Boolean
})
const yesOrNo = Schema.Boolean

describe("what is asked for", () => {
  const claims = (acr: unknown) => parse(JSON.stringify({ id_token: { acr } })) ?? none

  it("OIDC Core §5.5.1.1: an essential acr counts before acr_values, and those before default_acr_values", () => {
    const essential = claims({ essential: true, values: ["phr"] })
    expect(wishOf(essential, "1", ["1"])).toEqual({ values: ["phr"], essential: true })
    expect(wishOf(none, "phr 1", ["1"])).toEqual({ values: ["phr", "1"], essential: false })
    expect(wishOf(none, undefined, ["phr"])).toEqual({ values: ["phr"], essential: false })
    expect(wishOf(none, undefined)).toBe(undefined)
  })

  it("OIDC Core §5.5.1.1: an acr claim that is not essential is asked for as acr_values are, and before them", () => {
    const phr = { values: ["phr"], essential: false }
    expect(wishOf(claims({ values: ["phr"] }), "1", ["1"])).toEqual(phr)
    expect(wishOf(claims({ essential: false, value: "phr" }), undefined)).toEqual(phr)
    expect(wishOf(claims({ values: ["urn:example:gold"] }), undefined)).toBe(undefined)
    // Without values it asks for nothing that the rest of the request does not.
    for (const acr of [null, {}, { essential: true }, { values: [1] }]) {
      expect(wishOf(claims(acr), undefined)).toBe(undefined)
      expect(wishOf(claims(acr), "phr")).toEqual(phr)
    }
  })

  it("OIDC Core §3.1.2.1: acr_values are voluntary: what is not known here asks for nothing", () => {
    expect(wishOf(none, "urn:example:gold")).toBe(undefined)
    expect(wishOf(none, "urn:example:gold  phr")).toEqual({ values: ["phr"], essential: false })
    expect(wishOf(none, "", ["phr"])).toBe(undefined)
  })
})

describe("what is told", () => {
  it.prop(
    "OIDC Core §5.5.1.1: where what was asked for is met, the acr that is told is one of the values",
    [performed, asked],
    ([acr, wish]) => {
      expect(wish.values.includes(reported(acr, wish) as never)).toBe(meets(acr, wish))
    }
  )

  it.prop("OIDC Core §2: what is told is never stronger than what was done", [performed, asked], ([acr, wish]) => {
    const told = supportedAcr.indexOf(reported(acr, wish) as never)
    expect(told).toBeGreaterThanOrEqual(supportedAcr.indexOf(acr))
  })

  it("a passkey is a single factor as well; a password is not a passkey", () => {
    expect(reported("phr", { values: ["1"], essential: true })).toBe("1")
    expect(reported("phr", { values: ["1", "phr"], essential: false })).toBe("phr")
    expect(reported("1", { values: ["phr"], essential: false })).toBe("1")
    expect([
      meets("phr", { values: ["1"], essential: true }),
      meets("1", { values: ["phr"], essential: true })
    ]).toEqual([true, false])
  })
})

describe("what follows", () => {
  it.prop(
    "Unmet Authentication Requirements 1.0 §2: an essential class that is not met is never taken as enough",
    [performed, asked, yesOrNo, yesOrNo],
    ([acr, wish, mayAsk, canDoBetter]) => {
      const judged = judgeContext(acr, wish, { mayAsk, canDoBetter: () => canDoBetter })
      if (meets(acr, wish)) expect(judged).toBe("enough")
      else if (wish.essential) expect(judged).toBe(canDoBetter ? "ask" : "unmet")
      else expect(judged).toBe(mayAsk && canDoBetter ? "ask" : "enough")
    }
  )

  it("who has nothing better is asked for nothing better", () => {
    const wish: ContextWish = { values: ["phr"], essential: false }
    expect(judgeContext("1", wish, { mayAsk: true, canDoBetter: () => false })).toBe("enough")
    expect(judgeContext("1", wish, { mayAsk: true, canDoBetter: () => true })).toBe("ask")
  })

  it("whether somebody has something better is only looked for where it matters", () => {
    const never = () => expect.unreachable()
    expect(judgeContext("phr", { values: ["phr"], essential: true }, { mayAsk: true, canDoBetter: never })).toBe(
      "enough"
    )
    expect(judgeContext("1", undefined, { mayAsk: true, canDoBetter: never })).toBe("enough")
    expect(judgeContext("1", { values: ["phr"], essential: false }, { mayAsk: false, canDoBetter: never })).toBe(
      "enough"
    )
  })
})

/** Which of our languages somebody would rather read. RFC 4647 §3.4, RFC 9110 §12.5.4, OIDC Core §3.1.2.1. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { languages } from "../../src/domain/Language.ts"
import { fromAcceptLanguage, fromUiLocales, lookUp } from "../../src/domain/LanguageRange.ts"

const ofHeader = (header: string) => lookUp(fromAcceptLanguage(header))

describe("RFC 4647 §3.4: lookup", () => {
  it.each([
    ["ja", "ja"],
    ["JA-jp", "ja"],
    ["ja-Jpan-JP-u-ca-japanese", "ja"],
    ["ja-x-private", "ja"],
    ["en-GB-oed", "en"],
    ["fr", undefined],
    ["jam", undefined],
    ["j", undefined],
    ["x-ja", undefined],
    ["*", undefined]
  ])("%s comes to %s: the range is cut from its end until it is a language of ours", (range, language) => {
    assert.strictEqual(lookUp([range]), language)
  })

  it("the first range that comes to anything decides", () => {
    assert.strictEqual(lookUp(["fr-CA", "ja-JP", "en"]), "ja")
    assert.isUndefined(lookUp([]))
  })
})

describe("RFC 9110 §12.5.4: Accept-Language", () => {
  it.each([
    ["ja,en-US;q=0.9,en;q=0.8", "ja"],
    ["en;q=0.5, ja;q=0.75", "ja"],
    ["de, en ; q=0.3, ja; q=0.4", "ja"],
    ["fr;q=1.0, en;q=0.001", "en"],
    ["ja;q=0, en;q=0.1", "en"],
    ["ja;q=0", undefined],
    ["*", undefined],
    ["", undefined],
    ["ja;q=2, en", "en"],
    ["ja;q=0.1234, en", "en"],
    ["ja;level=1, en", "en"],
    [";q=1,,, ja", "ja"]
  ])("%j: %s", (header, language) => {
    assert.strictEqual(ofHeader(header), language)
  })

  it("languages of the same weight stay in their order", () => {
    assert.deepStrictEqual(fromAcceptLanguage("a, b;q=0.5, c, d;q=0.5"), ["a", "c", "b", "d"])
  })

  it.effect.prop("a header of any text at all comes to a language of ours or to none", [Schema.String], ([header]) =>
    Effect.sync(() => assert.include([...languages, undefined], ofHeader(header)))
  )

  it.effect.prop(
    "the weights decide, whatever the order",
    [
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1000 })),
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1000 }))
    ],
    ([en, ja]) =>
      Effect.sync(() => {
        const of = (weight: number) => (weight / 1000).toFixed(3)
        const wanted = en === 0 && ja === 0 ? undefined : ja > en ? "ja" : "en"
        assert.strictEqual(ofHeader(`en;q=${of(en)}, ja;q=${of(ja)}`), wanted)
        if (en !== ja) assert.strictEqual(ofHeader(`ja;q=${of(ja)}, en;q=${of(en)}`), wanted)
      })
  )
})

describe("OIDC Core §3.1.2.1: ui_locales", () => {
  it("is a list of tags, ordered by preference; what is no tag is left out", () => {
    assert.deepStrictEqual(fromUiLocales("fr-CA ja <b> en"), ["fr-CA", "ja", "en"])
    assert.strictEqual(lookUp(fromUiLocales("fr-CA fr ja en")), "ja")
  })

  it("an error SHOULD NOT result if some or all of the requested locales are not supported", () => {
    assert.isUndefined(lookUp(fromUiLocales("de fr-CA")))
  })

  it("is bounded: a client cannot make every step carry a list without end", () => {
    assert.strictEqual(fromUiLocales("de ".repeat(1000)).length, 20)
  })
})

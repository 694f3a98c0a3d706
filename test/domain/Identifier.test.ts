/** What people type to sign in: any text at all is an identifier or none, and nothing breaks. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Identifier, ofLogin } from "../../src/domain/Identifier.ts"

const Odd = Schema.Literals(["\u2028", "\u2029", "\u0000", "\n", "\u007f", "\ud800", "＠", "@", " ", "é", "😀", "ﬃ"])

describe("ofLogin", () => {
  it.effect.prop(
    "answers every text with an identifier or with none",
    [Schema.String, Odd, Schema.String],
    ([a, b, c]) =>
      Effect.sync(() => {
        for (const text of [a, a + b, b + c, a + b + c, (a + b + c).repeat(50)]) {
          const identifier = ofLogin(text)
          expect(identifier === undefined || Schema.is(Identifier)(identifier)).toBe(true)
          // An identifier stays itself when it is typed, so that there is one spelling of it.
          if (identifier !== undefined) expect(ofLogin(identifier.replace(/^\w+:/, ""))).toBe(identifier)
        }
      })
  )

  it.each(["", " ", "a\u2028b", "a\u2029@b", "a\u0000b", "a\nb", "a\u007fb", "a\ud800b", "x".repeat(321)])(
    "takes %j for no name",
    (text) => {
      expect(ofLogin(text)).toBe(undefined)
    }
  )

  it.each([
    ["Alice", "username:alice"],
    [" ALICE@Example.COM ", "email:alice@example.com"],
    ["ＡLICE", "username:alice"],
    ["alice＠example.com", "email:alice@example.com"],
    ["x".repeat(320), `username:${"x".repeat(320)}`]
  ])("takes %j for %s", (text, identifier) => {
    expect(ofLogin(text)).toBe(identifier)
  })
})

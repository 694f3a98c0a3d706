/** What people may say of themselves in the standard claims. OIDC Core §5.1, §5.1.1. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Result, Schema } from "effect"
import {
  addressFields,
  faultOf,
  faultyField,
  filledIn,
  type ProfileField,
  textFields
} from "../../src/domain/ProfileFields.ts"
import { Profile } from "../../src/domain/User.ts"
import { fullProfile } from "../workerd/Fixtures.ts"

const full = new Profile(fullProfile)

describe("a value of a claim", () => {
  const good: ReadonlyArray<readonly [ProfileField, ReadonlyArray<string>]> = [
    ["birthdate", ["1815-12-10", "0000-12-10", "0000-02-29", "2000-02-29", "1990"]],
    ["zoneinfo", ["Europe/Berlin", "Asia/Kolkata", "Asia/Calcutta", "America/Argentina/Ushuaia", "UTC", "Etc/GMT+5"]],
    ["locale", ["en", "en-GB", "ja", "zh-Hant-TW", "de-1996"]],
    ["phone_number", ["+1 (425) 555-1212", "+56 (2) 687 2400", "+1 (604) 555-1234;ext=5678", "+442079460000"]],
    ["website", ["https://alice.example/", "http://alice.example:8080/a?b#c"]],
    ["gender", ["female", "non-binary", "人"]],
    ["formatted", ["Street 1\r\n10115 Berlin\nGermany"]]
  ]
  it.each(good)("OIDC Core §5.1: %s may be what the specification says", (field, values) => {
    for (const value of values) expect([value, faultOf(field, value)]).toEqual([value, undefined])
  })

  const bad: ReadonlyArray<readonly [ProfileField, string, ReadonlyArray<string>]> = [
    [
      "birthdate",
      "birthdate",
      ["1815-02-30", "1815-13-01", "1900-02-29", "0000", "10.12.1815", "1815-1-1", "81-01-01"]
    ],
    ["zoneinfo", "zoneinfo", ["Europe/Atlantis", "+05:30", "CET+1", "europe", "GMT+1", "../etc/passwd"]],
    ["locale", "locale", ["en_GB", "english language", "-", "x"]],
    ["phone_number", "phone", ["030 123456", "+", "+0123456", "+12", "+1234567890123456", "+1 call me", "+1;ext="]],
    [
      "website",
      "url",
      ["javascript:alert(1)", "alice.example", "https://bank.example:x@evil.example/", "data:text/html,x"]
    ],
    ["picture", "url", ["ftp://alice.example/me.png"]],
    ["profile", "url", ["mailto:alice@example.com"]],
    ["name", "text", ["a\nb", "a\u0000b", "\ud800", "a\u2028b"]],
    ["country", "text", ["a\nb"]],
    ["name", "long", ["x".repeat(257)]],
    ["formatted", "long", ["x".repeat(1025)]],
    ["website", "long", [`https://a.example/${"x".repeat(2048)}`]]
  ]
  it.each(bad)("%s is told its fault: %s", (field, fault, values) => {
    for (const value of values) expect([value, faultOf(field, value)]).toEqual([value, fault])
  })

  it.effect.prop("is judged whatever it is, and what is taken is text that fits", [Schema.String], ([text]) =>
    Effect.sync(() => {
      for (const field of [...textFields, ...addressFields]) {
        if (faultOf(field, text) === undefined) expect(text.isWellFormed() && text.length <= 2048).toBe(true)
      }
    })
  )
})

describe("a profile that is filled in", () => {
  const filled = (values: Parameters<typeof filledIn>[1], before = full) => Result.getOrThrow(filledIn(before, values))

  it("OIDC Core §5.1: an empty field takes its claim away, one that was not asked for stays", () => {
    const { nickname: _, ...rest } = fullProfile
    expect(filled({ nickname: "  ", gender: " female " })).toEqual(new Profile(rest))
    expect(filled({})).toEqual(full)
    const none = Object.fromEntries([...textFields, ...addressFields].map((field) => [field, ""]))
    expect(filled(none)).toEqual(
      new Profile({ preferred_username: "alice", email: "alice@example.com", email_verified: true })
    )
  })

  it("OIDC Core §5.1.1: the address is an object of what was filled in, with lines as \\n", () => {
    const changed = filled({ formatted: "Way 2\r\nCambridge", street_address: "", country: "GB" })
    expect({ ...changed.address }).toEqual({ formatted: "Way 2\nCambridge", locality: "Berlin", country: "GB" })
    expect(filled({ region: "B" }, new Profile({})).address).toMatchObject({ region: "B" })
  })

  it("OIDC Core §5.1: a changed phone_number is not verified, one that stays keeps what is known of it", () => {
    const verified = new Profile({ ...fullProfile, phone_number_verified: true })
    expect(filled({ phone_number: "+44 20 7946 0000" }, verified).phone_number_verified).toBeUndefined()
    expect(filled({ phone_number: "" }, verified).phone_number_verified).toBeUndefined()
    expect(filled({ phone_number: fullProfile.phone_number, name: "A" }, verified).phone_number_verified).toBe(true)
  })

  it("every field at fault is named, and nothing is changed", () => {
    const result = filledIn(full, { name: "ok", birthdate: "yesterday", website: "javascript:1", country: "a\u0007" })
    expect(Result.isFailure(result) && result.failure).toEqual([
      { field: "birthdate", fault: "birthdate" },
      { field: "website", fault: "url" },
      { field: "country", fault: "text" }
    ])
  })

  it("nobody verifies an address or a number, or changes a sign-in name, by filling in fields", () => {
    const forged = { email: "x@y", email_verified: "true", phone_number_verified: "true", preferred_username: "bob" }
    expect(filled(forged as never)).toEqual(full)
  })

  it("what an operator gives is judged by the same rules", () => {
    expect(faultyField(full)).toBeUndefined()
    expect(faultyField(new Profile({ name: "A", birthdate: "1815" }))).toBeUndefined()
    expect(faultyField(new Profile({ zoneinfo: "Mars/Olympus" }))).toEqual({ field: "zoneinfo", fault: "zoneinfo" })
  })
})

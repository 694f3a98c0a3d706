/** The codes of letters and who may get one, as pure decisions. NIST SP 800-63B §3.1.3. */
import { describe, expect, it } from "@effect/vitest"
import { Option, Schema } from "effect"
import {
  codeOf,
  codes,
  Confirmation,
  confirmationDraws,
  confirmationOf,
  formatConfirmation,
  letterAddress,
  masked,
  MailedCode,
  parseCode,
  parseConfirmation
} from "../../src/domain/MailedLogin.ts"
import { Profile } from "../../src/domain/User.ts"
import { letters } from "../../src/domain/UserCode.ts"

const Draw = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: codes - 1 })))
const Letter = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: confirmationDraws.from - 1 })))
const Draws = Schema.Tuple([Letter, Letter, Letter, Letter, Letter, Letter])

describe("NIST SP 800-63B §3.1.3.2: a code has at least six digits", () => {
  it("each number has a code of its own, and each code a number: one is as likely as any other", () => {
    const all = new Set(Array.from({ length: codes }, (_, number) => codeOf(number)))
    expect(all.size).toBe(codes)
    expect(all.has(MailedCode.make("000000")) && all.has(MailedCode.make("999999"))).toBe(true)
  })

  it.prop("a code is read as it was written, with whatever people put between its digits", [Draw], ([draw]) => {
    const code = codeOf(draw)
    const halves = [code.slice(0, 3), code.slice(3)]
    for (const typed of [code, halves.join(" "), halves.join("-"), ` ${code}\n`]) {
      expect(parseCode(typed)).toEqual(Option.some(code))
    }
  })

  it("the wide digits of a Japanese keyboard are digits", () => {
    expect(parseCode("０１２３４５")).toEqual(Option.some("012345"))
  })

  it.prop("nothing but six digits is a code", [Schema.String], ([text]) => {
    const digits = text
      .slice(0, 40)
      .normalize("NFKC")
      .replace(/[^A-Za-z0-9]/g, "")
    expect(Option.isSome(parseCode(text))).toBe(/^[0-9]{6}$/.test(digits))
  })
})

describe("what confirms a link in another browser", () => {
  it.prop("is read as it is shown, in any case, and is never taken for a code", [Draws], ([draws]) => {
    const confirmation = confirmationOf(draws)
    expect(draws.length).toBe(confirmationDraws.count)
    const shown = formatConfirmation(confirmation)
    for (const typed of [shown, shown.toLowerCase(), confirmation]) {
      expect(parseConfirmation(typed)).toEqual(Option.some(confirmation))
    }
    expect(Option.isNone(parseCode(shown))).toBe(true)
  })

  it("each letter is one of those that are not read as something else", () => {
    expect(confirmationDraws.from).toBe(letters.length)
    expect(Option.isNone(parseConfirmation("ABCDEF"))).toBe(true)
    expect(Schema.is(Confirmation)("BCDFGH")).toBe(true)
  })
})

describe("NIST SP 800-63B §3.1.3.1: a letter goes to an address that was verified", () => {
  const address = "alice@example.com"
  const profile = new Profile({ email: address, email_verified: true })

  it("of somebody active, to the address that is known to be theirs", () => {
    expect(letterAddress({ status: "active", profile })).toBe(address)
  })

  it("not to one that was not verified, or of which nobody says so", () => {
    for (const email_verified of [{ email_verified: false }, {}]) {
      const unverified = new Profile({ email: address, ...email_verified })
      expect(letterAddress({ status: "active", profile: unverified })).toBeUndefined()
    }
  })

  it("not to somebody who is disabled or was never made", () => {
    for (const status of ["disabled", "void"] as const) expect(letterAddress({ status, profile })).toBeUndefined()
  })

  it("not to somebody without an address", () => {
    const without = new Profile({ email_verified: true })
    expect(letterAddress({ status: "active", profile: without })).toBeUndefined()
  })
})

describe("OWASP ASVS 5.0 §14.2.6: an address is masked where it is shown", () => {
  it.each([
    ["alice@example.org", "a•••@e•••.org"],
    ["a@b.co.jp", "a•••@b•••.jp"],
    ["😀x@localhost", "😀•••@l•••"],
    ["", "•••"],
    ["@", "•••@•••"]
  ])("%s is shown as %s", (address, shown) => {
    expect(masked(address)).toBe(shown)
  })

  it.prop("of the name and of the host no more than one character is shown", [Schema.String], ([text]) => {
    const [name = "", host = ""] = masked(`${text}x@${text}y.org`).split("@").slice(-2)
    expect(Array.from(name).length).toBeLessThanOrEqual(4)
    expect(host.endsWith("•••.org")).toBe(true)
  })
})

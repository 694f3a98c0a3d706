/** Letters before they are written out: how long they are of use, and that their size tells nothing. */
import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { envelope, isOneAddress, type Letter, lifeOf, resendAfter } from "../../src/domain/Letter.ts"
import { defaults } from "../../src/domain/Lifetime.ts"

const letters: ReadonlyArray<Letter> = [
  { _tag: "SignInLetter", link: "https://id.example/a", code: "123456" },
  { _tag: "ResetLetter", link: "https://id.example/b" },
  { _tag: "EmailChangeLetter", link: "https://id.example/c" },
  { _tag: "NoticeLetter", what: "password_changed" }
]

const minute = 60_000
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length

describe("how long a letter is of use", () => {
  it("is as long as the longest-lived thing in it", () => {
    expect(letters.map((letter) => lifeOf(letter, defaults))).toEqual([
      15 * minute,
      15 * minute,
      30 * minute,
      24 * 60 * minute
    ])
  })

  it("the queue's five tries of a sign-in letter fall within it, and the waits grow", () => {
    const waits = [1, 2, 3, 4, 5].map(resendAfter)
    expect(waits.toSorted((a, b) => a - b)).toEqual(waits)
    expect(waits.slice(0, 4).reduce((sum, wait) => sum + wait * 1000, 0)).toBeLessThan(15 * minute)
    expect(resendAfter(100)).toBe(waits.at(-1))
  })
})

describe("OWASP ASVS 5.0 §6.3.8: the size of a message does not tell whether somebody gets it", () => {
  const Address = Schema.String.pipe(Schema.check(Schema.isMaxLength(60)))
  const sizeTo = (to: string | null, letter: Letter) => bytes(envelope({ to, letter, language: "ja", expiresAt: 1 }))

  it.prop("whoever gets it, and if nobody does", [Address, Schema.Literals([0, 1, 2, 3])], ([to, n]) => {
    const letter = letters[n]!
    expect(sizeTo(to, letter)).toBe(sizeTo(null, letter))
  })

  it("a link that says a little more of somebody than of nobody has the same size, too", () => {
    const reset = (token: string): Letter => ({ _tag: "ResetLetter", link: `https://id.example/reset?token=${token}` })
    expect(sizeTo("alice@example.com", reset("x".repeat(700)))).toBe(sizeTo(null, reset("x".repeat(640))))
  })

  const longest = `${"a".repeat(64)}@${"b".repeat(189)}`

  it.prop(
    "however long the link is",
    [Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 2_048 })))],
    ([length]) => {
      const letter: Letter = { _tag: "ResetLetter", link: "x".repeat(length) }
      expect(sizeTo(longest, letter)).toBe(sizeTo(null, letter))
    }
  )

  it("the longest address that may have an account, too", () => {
    expect(longest).toHaveLength(254)
    expect(sizeTo(longest, letters[0]!)).toBe(sizeTo(null, letters[0]!))
  })
})

describe("RFC 5321 §4.1.2: a letter is for one address", () => {
  it.each(["alice@example.com", "a.b+c@mail.example.co.jp", "ü@exämple.de", `${"a".repeat(64)}@b.example`])(
    "%s is one",
    (address) => {
      expect(isOneAddress(address)).toBe(true)
    }
  )

  it.each([
    "",
    "alice",
    "alice@",
    "@example.com",
    "alice@example.com,eve@evil.example",
    "alice,eve@evil.example",
    "alice@example.com;eve@evil.example",
    "eve@evil.example<alice@example.com>",
    "<alice@example.com>",
    "group:alice@example.com",
    "alice@example.com\r\nBcc:eve@evil.example",
    "alice@example.com\u0000",
    '"alice"@example.com',
    "alice(eve)@example.com",
    "alice@[127.0.0.1]",
    "a@b@c",
    `${"a".repeat(65)}@b.example`,
    `a@${"b".repeat(300)}`
  ])("%j is none", (text) => {
    expect(isOneAddress(text)).toBe(false)
  })
})

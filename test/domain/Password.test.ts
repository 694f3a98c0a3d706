/** Which passwords may be set. NIST SP 800-63B §3.1.1.2, OWASP ASVS 5.0 §6.2. */
import { describe, expect, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { commonPasswords } from "../../src/domain/CommonPasswords.ts"
import { AccountVisit } from "../../src/domain/Interaction.ts"
import { judge, longest, namesOf, normalized, shortest } from "../../src/domain/Password.ts"
import { carried } from "../../src/domain/PasswordReset.ts"
import { Profile } from "../../src/domain/User.ts"

const names = namesOf(
  {
    profile: new Profile({
      name: "Alice Liddell",
      preferred_username: "wonderalice",
      email: "alice.liddell@example.com"
    })
  },
  "Looking-Glass"
)

const faultOf = (typed: string, known: ReadonlyArray<string> = names) => {
  const judged = judge(typed, known)
  return Result.isFailure(judged) ? judged.failure : "good"
}

describe("NIST SP 800-63B §3.1.1.2: length", () => {
  it.each([
    ["seven characters", "kx7!mQz", "short"],
    ["seven characters of two code units each", "😀🐙🎈🚲🌵🍉🪁", "short"],
    ["eight", "kx7!mQzp", "good"],
    ["eight that are one code unit each no more", "🦉🐘🎻🌵🍊🧭🚲😀", "good"],
    ["1024", `ab${"xyz".repeat(340)}cd`, "good"],
    ["1025", `ab${"xyz".repeat(341)}`, "long"]
  ])("%s", (_, typed, expected) => {
    expect(faultOf(typed)).toBe(expected)
  })

  it("§3.1.1.2: each code point counts as one character, after normalization", () => {
    expect(faultOf("e\u0301".repeat(4))).toBe("short")
    expect(faultOf("ﬃﬄ kx7!")).toBe("good")
  })
})

describe("NIST SP 800-63B §3.1.1.2: no rules of composition", () => {
  it.each([
    "correct horse battery staple",
    "いろはにほへとちりぬるを",
    "      spaces only count     ",
    "kjwqhdfzpv",
    "73920461853"
  ])("%s", (typed) => {
    expect(faultOf(typed)).toBe("good")
  })
})

describe("NIST SP 800-63B §3.1.1.2: no value that is commonly used or expected", () => {
  it.each([
    ["on the list", "trustno1", "common"],
    ["in capitals", "IloveYou", "common"],
    ["in the wide letters of another keyboard", "ｐａｓｓｗｏｒｄ", "common"],
    ["with what everybody adds", "Password2024!", "common"],
    ["one character", "xxxxxxxxxx", "pattern"],
    ["a few characters over and over", "x7!x7!x7!", "pattern"],
    ["a row", "ghijklmnop", "pattern"],
    ["a row down", "765432109".slice(0, 8), "pattern"],
    ["the user name", "WonderAlice", "names"],
    ["the user name with what everybody adds", "wonderalice1862", "names"],
    ["the address", "alice.liddell@example.com", "names"],
    ["what stands before the @", "alice.liddell", "names"],
    ["the full name", "alice liddell!", "names"],
    ["the name of the provider", "Looking-Glass", "names"]
  ])("%s: refused", (_, typed, expected) => {
    expect(faultOf(typed)).toBe(expected)
  })

  it("a name is only refused if it is all there is", () => {
    expect(faultOf("wonderalice went through the mirror")).toBe("good")
  })

  it("short names refuse nothing but themselves", () => {
    expect(faultOf("kx7!mQzp", ["a", "", "  "])).toBe("good")
  })
})

describe("the list", () => {
  it("each of it is long enough to be chosen, or it would stand there for nothing", () => {
    const idle = [...commonPasswords].filter((one) => [...one].length < shortest || one !== one.toLowerCase())
    // Words whose capitals or length make them another never match.
    expect(idle.filter((one) => faultOf(one, []) !== "short")).toEqual([])
    expect(commonPasswords.size).toBeGreaterThan(500)
  })

  it("none of it may be set", () => {
    expect([...commonPasswords].filter((one) => faultOf(one, []) === "good")).toEqual([])
  })
})

describe("what is hashed", () => {
  it.prop("is the same however it was composed, and judging it again changes nothing", [Schema.String], ([text]) => {
    const judged = judge(text, [])
    if (Result.isSuccess(judged)) {
      expect(normalized(judged.success)).toBe(judged.success)
      expect(judge(text.normalize("NFD"), [])).toEqual(judged)
    }
  })

  it.prop("no text is too odd to be judged", [Schema.String], ([text]) => {
    expect(typeof faultOf(text)).toBe("string")
    expect(faultOf(`${text}\uD800${"x".repeat(longest)}`)).toBe("malformed")
  })
})

describe("docs/decisions/0023-passwords.md: the link of a reset", () => {
  it("leads back to where it began, if that fits into an address that mail programs do not break", () => {
    const short = new AccountVisit({ path: "/account/password" })
    expect(carried(short)).toBe(short)
    const long = new AccountVisit({ path: `/account/email/confirm?token=${"t".repeat(2_000)}` })
    expect(carried(long)).toEqual(new AccountVisit({ path: "/account" }))
  })
})

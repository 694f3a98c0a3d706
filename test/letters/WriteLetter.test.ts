/** Letters written out: what each says, in every language, and that no name in one becomes markup or a header. */
import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { type Language, languages } from "../../src/domain/Language.ts"
import { type Letter, Notice } from "../../src/domain/Letter.ts"
import { defaults } from "../../src/domain/Lifetime.ts"
import { writeLetter } from "../../src/letters/WriteLetter.ts"
import { codeIn, linkIn } from "../workerd/Mailbox.ts"

const link = "https://id.example/login/link?token=a.b-c_d&x=1"

const letters: ReadonlyArray<Letter> = [
  { _tag: "SignInLetter", link, code: "012345" },
  { _tag: "ResetLetter", link },
  { _tag: "EmailChangeLetter", link },
  ...Notice.literals.map((what): Letter => ({ _tag: "NoticeLetter", what }))
]

const write = (letter: Letter, language: Language = "en", name = "Hapax", lifetimes = defaults) =>
  writeLetter({ letter, language, provider: { name, lifetimes } })

/** The tags of some markup, in order, with the names of their attributes. */
const tagsOf = (markup: string) =>
  [...markup.matchAll(/<(\/?[a-z][a-z0-9]*)([^>]*)>/gi)].map(([, name, rest = ""]) =>
    [name, ...[...rest.matchAll(/([a-z-]+)="[^"]*"/gi)].map(([, attribute]) => attribute)].join(" ")
  )

const title = (letter: Letter) => (letter._tag === "NoticeLetter" ? letter.what : letter._tag)
const cases = languages.flatMap((language) => letters.map((letter) => [language, title(letter), letter] as const))

describe("every letter in every language", () => {
  it.each(cases)("%s %s: has a subject, a text and HTML that say the same", (language, _title, letter) => {
    const { html, subject, text } = write(letter, language, "Fünf & Co")
    expect(subject).toContain("Fünf & Co")
    expect(text).toContain("Fünf & Co")
    expect(html).toContain("Fünf &amp; Co")
    expect(html).toContain(`<html lang="${language}" dir="ltr">`)
    const hasLink = letter._tag !== "NoticeLetter"
    expect(linkIn({ text })).toBe(hasLink ? link : "")
    expect(html.split(`href="${link.replaceAll("&", "&amp;")}"`)).toHaveLength(hasLink ? 3 : 1)
    expect(codeIn({ text })).toBe(letter._tag === "SignInLetter" ? "012345" : "")
    expect(html.includes(">012345<")).toBe(letter._tag === "SignInLetter")
  })

  it("no two subjects of a language are the same, and no language has another's", () => {
    const subjects = cases.map(([language, , letter]) => write(letter, language).subject)
    expect(new Set(subjects).size).toBe(cases.length)
  })

  it("NIST SP 800-63B §3.1.3.2: a letter says how long what is in it works, as it is configured", () => {
    const lifetimes = { ...defaults, magicLink: 7 * 60_000, mailedCode: 3 * 60_000, passwordReset: 9 * 60_000 }
    const signIn = write(letters[0]!, "en", "Hapax", lifetimes)
    for (const said of [signIn.text, signIn.html]) {
      expect(said).toContain("within 7 minutes")
      expect(said).toContain("within 3 minutes")
    }
    expect(write(letters[1]!, "ja", "Hapax", lifetimes).text).toContain("9分間")
  })

  it.each(cases)("%s %s: loads nothing, runs nothing and asks for nothing", (language, _title, letter) => {
    const { html } = write(letter, language)
    expect(html).not.toMatch(/<(script|img|iframe|form|input|object|link)\b|url\(|@import|\bon[a-z]+=/i)
    expect(html.replaceAll(link.replaceAll("&", "&amp;"), "")).not.toMatch(/https?:/)
    expect(html.length).toBeLessThan(8_000)
  })
})

describe("what comes from outside", () => {
  const hostile = Schema.Literals([
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "a\r\nBcc: eve@evil.example",
    "a\u0000\u2028\u202Eb",
    "</style></title><b>",
    "${link}",
    "x".repeat(5_000)
  ])
  const Name = Schema.Union([hostile, Schema.String])
  const plain = write(letters[0]!)

  it.prop(
    "RFC 5322 §2.2: a subject is one line of no more than 150 characters, whatever the name",
    [Name],
    ([name]) => {
      for (const letter of letters) {
        const { subject } = write(letter, "en", name)
        expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
        expect(Array.from(subject).length).toBeLessThanOrEqual(150)
      }
    }
  )

  it.prop("a name is never markup: the letter has the same tags whatever the name", [Name], ([name]) => {
    expect(tagsOf(write(letters[0]!, "en", name).html)).toEqual(tagsOf(plain.html))
  })

  it.prop("a name adds no line to the text, so it can bring neither a link nor a code", [Name], ([name]) => {
    const { text } = write(letters[0]!, "en", name)
    expect(text.split("\n")).toHaveLength(plain.text.split("\n").length)
    expect(linkIn({ text })).toBe(link)
    expect(codeIn({ text })).toBe("012345")
  })

  it("RFC 9700 §4.11: a link that is none of the web's leads nowhere", () => {
    const { html } = write({ _tag: "ResetLetter", link: "javascript:alert(1)" })
    expect(html).not.toContain('href="javascript:')
    expect(html.split('href="#"')).toHaveLength(3)
  })
})

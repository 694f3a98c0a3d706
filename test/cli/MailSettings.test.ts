/** How mail is sent, read once: a half-configured way would lose letters without a word, so it is refused. */
import { Redacted, Result } from "effect"
import { describe, expect, it } from "vitest"
import { configuration } from "../../src/layers/cloudflare/Bindings.ts"
import { type MailVariables, readMail } from "../../src/layers/cloudflare/mail/MailSettings.ts"

const EMAIL = { send: () => Promise.reject(new Error("nobody sends here")) }
const MAIL_FROM = "Example <id@example.org>"
const MAIL_URL = "https://api.mail.example/send"

const read = (given: MailVariables) => Result.getOrThrow(readMail(given))
const refused = (given: MailVariables) => Result.getOrThrow(Result.flip(readMail(given)))

describe("the way to send mail", () => {
  it("is none, a provider, or Cloudflare's binding", () => {
    const from = { name: "Example", address: "id@example.org" }
    expect(read({})).toEqual({ _tag: "None" })
    const provider = read({ MAIL_FROM, MAIL_URL, MAIL_KEY: "re_key" })
    expect(provider).toMatchObject({ _tag: "Provider", from, url: MAIL_URL })
    expect(provider._tag === "Provider" && provider.key !== undefined && Redacted.value(provider.key)).toBe("re_key")
    expect(read({ MAIL_FROM, EMAIL })).toMatchObject({ _tag: "Cloudflare", from })
    expect(read({ MAIL_FROM: "id@example.org", EMAIL })).toMatchObject({ from: { address: "id@example.org" } })
  })

  it("decides whether the provider offers what needs letters", () => {
    const mailOf = (variables: MailVariables) =>
      Result.getOrThrow(configuration({ ISSUER: "https://id.example", HAPAX_SECRET: "x".repeat(32), ...variables }))
        .provider.mail
    expect([mailOf({}), mailOf({ MAIL_FROM, MAIL_URL }), mailOf({ MAIL_FROM, EMAIL })]).toEqual([false, true, true])
  })

  it.each([
    ["a sender alone", { MAIL_FROM }, "MAIL_FROM needs a way to send"],
    ["an address of a provider alone", { MAIL_URL }, "MAIL_FROM must be the address"],
    ["a binding alone", { EMAIL }, "MAIL_FROM must be the address"],
    ["a key alone", { MAIL_KEY: "k" }, "MAIL_KEY is of no use without MAIL_URL"],
    ["a key with the binding", { MAIL_FROM, EMAIL, MAIL_KEY: "k" }, "MAIL_KEY is of no use without MAIL_URL"],
    ["two ways", { MAIL_FROM, MAIL_URL, EMAIL }, "there are two ways"],
    ["plain http", { MAIL_FROM, MAIL_URL: "http://api.mail.example/" }, "MAIL_URL must be an https address"],
    ["credentials in the address", { MAIL_FROM, MAIL_URL: "https://a:b@m.example/" }, "MAIL_URL must be an https"],
    ["a name in the address", { MAIL_FROM, MAIL_URL: "https://a@m.example/" }, "MAIL_URL must be an https"],
    ["no address", { MAIL_FROM, MAIL_URL: "mail.example" }, "MAIL_URL must be an https address"],
    ["a key of two lines", { MAIL_FROM, MAIL_URL, MAIL_KEY: "k\r\nx: y" }, "MAIL_KEY must be a key"]
  ] as const)("%s is refused", (_what, variables, sentence) => {
    expect(refused(variables)).toContain(sentence)
  })

  it.each([
    "",
    "id",
    "@example.org",
    "Example <id@example.org",
    "a@example.org, b@example.org",
    "Example\r\nBcc: eve <id@example.org>",
    "Example <id@example.org>\nBcc: eve@example.org",
    'Ex"ample <id@example.org>'
  ])("RFC 5322 §3.4: no sender, or more than one, or another header: %j is refused", (from) => {
    expect(refused({ MAIL_FROM: from, MAIL_URL })).toContain("MAIL_FROM must be the address that letters come from")
  })
})

/** The environment variables: what they mean when left out, and one clear line for each that cannot be meant. */
import { resolve } from "node:path"
import { Result } from "effect"
import { describe, expect, it } from "vitest"
import { configuration } from "../../src/layers/cloudflare/Bindings.ts"
import { isLoopback, readSettings } from "../../src/cli/Settings.ts"

const read = (variables: Record<string, string>) => Result.getOrThrow(readSettings(variables))

/** What the Worker makes of variables. */
const ofWorker = (variables: Record<string, string>) =>
  configuration({ ISSUER: "https://id.example.com", HAPAX_SECRET: "x".repeat(32), ...variables })

const ofIssuer = (given: string) =>
  "ISSUER must be an https origin without a path, such as https://id.example.com (http only on localhost); " +
  `it is ${JSON.stringify(given)}`

const ofPort = (name: string, given: string) =>
  `${name} must be a number from 1 to 65535; it is ${JSON.stringify(given)}`

describe("settings", () => {
  it("without any variable everything is on this computer", () => {
    expect(read({})).toEqual({
      issuer: "http://localhost:8787",
      addressHeader: null,
      port: 8787,
      hosts: ["127.0.0.1", "::1"],
      demo: { port: 8788, url: "http://localhost:8788", wanted: true },
      data: resolve(import.meta.dirname, "../../.data"),
      secret: undefined,
      logLevel: undefined,
      name: undefined,
      mail: { variables: {}, mailbox: true },
      switches: {}
    })
  })

  it("letters go as the operator says, or into the mailbox of a provider that only this computer reaches", () => {
    const sent = { MAIL_FROM: "id@example.org", MAIL_URL: "https://api.mail.example/send", MAIL_KEY: "key" }
    expect(read({}).mail.mailbox).toBe(true)
    expect(read({ DEMO: "off" }).mail).toEqual({ variables: {}, mailbox: false })
    expect(read({ MAILBOX: "off" }).mail.mailbox).toBe(false)
    expect(read({ ISSUER: "https://id.example.org", DEMO: "on" }).mail.mailbox).toBe(false)
    expect(read({ ISSUER: "https://id.example.org", DEMO: "on", MAILBOX: "on" }).mail.mailbox).toBe(true)
    expect(read(sent).mail).toEqual({ variables: sent, mailbox: false })
  })

  it("the issuer and the demo follow the port", () => {
    expect(read({ PORT: "3000" })).toMatchObject({ issuer: "http://localhost:3000", demo: { port: 3001 } })
  })

  it("a public issuer has no demo user, whose password everybody knows, unless it is asked for", () => {
    expect(read({ ISSUER: "https://id.example.org" }).demo.wanted).toBe(false)
    expect(read({ ISSUER: "https://localhost:8443" }).demo.wanted).toBe(true)
    expect(read({ ISSUER: "https://id.example.org", DEMO: "on" }).demo.wanted).toBe(true)
    expect(read({ DEMO: "off" }).demo.wanted).toBe(false)
  })

  it("hands on what is switched on, and the Worker reads it so", () => {
    const given = { ALLOW_LOOPBACK: "true", REQUIRE_PAR: "true", DPOP_NONCES: "false", REGISTRATION: "token" }
    expect(read(given).switches).toEqual(given)
    expect(Result.getOrThrow(ofWorker(given)).provider).toMatchObject({
      allowLoopback: true,
      requirePushedRequests: true,
      dpopNonces: false,
      registration: "token"
    })
    expect(Result.getOrThrow(ofWorker({})).provider).toMatchObject({
      allowLoopback: false,
      requirePushedRequests: false,
      dpopNonces: false,
      registration: "closed"
    })
    expect(Result.getOrThrow(Result.flip(ofWorker({ ALLOW_LOOPBACK: "yes" }))).message).toBe(
      'ALLOW_LOOPBACK must be true or false; it is "yes"'
    )
  })

  it("no header that names an address is believed but that of the operator's proxy; deployed, Cloudflare's", () => {
    expect(read({ ADDRESS_HEADER: "X-Real-IP" }).addressHeader).toBe("x-real-ip")
    expect(read({ ADDRESS_HEADER: "none" }).addressHeader).toBe(null)
    expect(Result.getOrThrow(Result.flip(readSettings({ ADDRESS_HEADER: "" }))).message).toContain("ADDRESS_HEADER")
    expect(Result.getOrThrow(ofWorker({})).provider.addressHeader).toBe("cf-connecting-ip")
    expect(Result.getOrThrow(ofWorker({ ADDRESS_HEADER: "none" })).provider.addressHeader).toBe(null)
    expect(Result.getOrThrow(Result.flip(ofWorker({ ADDRESS_HEADER: "a b" }))).message).toContain("ADDRESS_HEADER")
  })

  it.each([
    ["http://localhost:1", true],
    ["https://127.0.0.1", true],
    ["https://[::1]:3", true],
    ["https://localhost.example.com", false],
    ["https://127.example.com", false]
  ])("whether only this computer reaches %s: %s", (origin, expected) => {
    expect(isLoopback(origin)).toBe(expected)
  })

  it.each([
    ["PORT", "abc", ofPort("PORT", "abc")],
    ["PORT", "", ofPort("PORT", "")],
    ["PORT", "0", ofPort("PORT", "0")],
    ["PORT", "65536", ofPort("PORT", "65536")],
    ["PORT", "8787.0", ofPort("PORT", "8787.0")],
    ["PORT", "65535", "DEMO_PORT must be given if PORT is 65535"],
    ["DEMO_PORT", "-1", ofPort("DEMO_PORT", "-1")],
    ["DEMO_PORT", "8787", "DEMO_PORT and PORT must differ; both are 8787"],
    ["ISSUER", "", ofIssuer("")],
    ["ISSUER", "id.example.com", ofIssuer("id.example.com")],
    ["ISSUER", "https://id.example.com/", ofIssuer("https://id.example.com/")],
    ["ISSUER", "https://id.example.com/op", ofIssuer("https://id.example.com/op")],
    ["ISSUER", "http://id.example.com", ofIssuer("http://id.example.com")],
    [
      "HOST",
      "id.example.com",
      'HOST must be an IP address to listen on, such as 0.0.0.0, or localhost; it is "id.example.com"'
    ],
    ["HAPAX_SECRET", "short", "HAPAX_SECRET must be a random text of at least 32 characters: openssl rand -base64 32"],
    ["HAPAX_DATA", "", "HAPAX_DATA must name a folder; it is empty"],
    ["DEMO", "yes", 'DEMO must be on or off; it is "yes"'],
    ["ALLOW_LOOPBACK", "1", 'ALLOW_LOOPBACK must be true or false; it is "1"'],
    ["REQUIRE_PAR", "", 'REQUIRE_PAR must be true or false; it is ""'],
    ["DPOP_NONCES", "on", 'DPOP_NONCES must be true or false; it is "on"'],
    ["REGISTRATION", "everybody", 'REGISTRATION must be closed, token or open; it is "everybody"'],
    [
      "DEMO_URL",
      "http://demo.example.com",
      "DEMO_URL must be an https origin without a path, such as https://demo.example.com (http only on localhost); " +
        'it is "http://demo.example.com"'
    ]
  ])("%s=%s is refused", (name, value, message) => {
    expect(Result.getOrThrow(Result.flip(readSettings({ [name]: value }))).message).toBe(message)
  })
})

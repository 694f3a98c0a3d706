/** Redirect URIs: registration and exact matching. */
import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { matches, refusal, withParameters } from "../../src/domain/RedirectUri.ts"

const registered = [
  "https://rp.example/cb",
  "https://rp.example/cb?tenant=1",
  "http://127.0.0.1/native",
  "com.example.app:/cb"
]

describe("RFC 9700 §2.1: redirect URIs MUST be compared by exact string matching", () => {
  it.each(registered)("%s matches itself", (uri) => {
    expect(matches(registered, uri)).toBe(true)
  })

  it.each([
    "https://rp.example/cb/",
    "https://rp.example/cb/..;/other",
    "https://rp.example/CB",
    "https://RP.example/cb",
    "https://rp.example.evil/cb",
    "https://rp.example@evil.example/cb",
    "https://rp.example/cb?x=1",
    "https://rp.example/cb?tenant=1&x=2",
    "https://rp.example/cb#fragment",
    "https://rp.example/%63b",
    "https://rp.example/cb\r\nX: y",
    "http://rp.example/cb",
    "https://rp.example:443/cb",
    "//rp.example/cb",
    "com.example.app:/cb2",
    ""
  ])("%j does not", (uri) => {
    expect(matches(registered, uri)).toBe(false)
  })

  it.prop("nothing but the registered URIs matches, and a loopback's port", [Schema.String], ([text]) => {
    const loopback = /^http:\/\/127\.0\.0\.1(:[0-9]{1,5})?\/native$/.test(text)
    return matches(registered, text) === (registered.includes(text) || loopback)
  })
})

describe("RFC 8252 §7.3: the port of a loopback IP may vary", () => {
  it.each(["http://127.0.0.1:1/native", "http://127.0.0.1:65535/native"])("%s matches", (uri) => {
    expect(matches(registered, uri)).toBe(true)
  })

  it.each([
    "http://127.0.0.1:1@evil.example/native",
    "http://127.0.0.1:123456/native",
    "http://127.0.0.1:/native",
    "http://127.0.0.1:80/native2",
    "http://127.0.0.2:80/native",
    "http://localhost:80/native",
    "https://127.0.0.1:80/native"
  ])("%s does not", (uri) => {
    expect(matches(registered, uri)).toBe(false)
  })
})

describe("what may be registered", () => {
  it.each([...registered, "https://rp.example", "http://localhost:3000/cb", "http://[::1]/cb"])("%s", (uri) => {
    expect(refusal(uri)).toBe(undefined)
  })

  it.each([
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "https://rp.example/#f",
    "https://user@rp.example/",
    "http://rp.example/cb",
    "/relative",
    "myapp:/cb",
    "https://rp.example/a b",
    "https://rp.example/\n"
  ])("not %j", (uri) => {
    expect(refusal(uri)).not.toBe(undefined)
  })

  it.prop("whatever may be registered is a URL without fragment, user or script", [Schema.String], ([text]) => {
    if (refusal(text) !== undefined) return true
    const url = new URL(text)
    return url.hash === "" && url.username === "" && !["javascript:", "data:"].includes(url.protocol)
  })
})

describe("RFC 6749 §3.1.2: the query of a redirect URI is retained", () => {
  it("parameters are added to it", () => {
    expect(withParameters("https://rp.example/cb?a=%20b", { code: "x y", state: undefined })).toBe(
      "https://rp.example/cb?a=%20b&code=x+y"
    )
  })

  it.prop("what is added can be read again, and what was there is there", [Schema.String, Schema.String], ([a, b]) => {
    const url = new URL(withParameters("https://rp.example/cb?kept=1", { state: a, code: b }))
    const state = url.searchParams.get("state")
    const wellFormed = a.isWellFormed() && b.isWellFormed()
    return url.searchParams.get("kept") === "1" && (!wellFormed || (state === a && url.searchParams.get("code") === b))
  })
})

/** What the demo's pages do with what others have written. */
import { describe, expect, it } from "vitest"
import { html } from "../../demo/Html.ts"
import { jsonBlock } from "../../demo/pages/Json.ts"
import { fromNow } from "../../demo/pages/Time.ts"
import { tokenDetails, tokenParts, withShortTokens } from "../../demo/pages/Token.ts"

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url")

describe("html", () => {
  it("escapes text, in elements and in attributes; what is html already stays", () => {
    const bold = html`<b>${"&"}</b>`
    expect(html`<p title="${`"'<>`}">${bold}${["<", bold]}</p>`.markup).toBe(
      `<p title="&#34;&#39;&#60;&#62;"><b>&#38;</b>&#60;<b>&#38;</b></p>`
    )
  })

  it("leaves out what is not there, and keeps what is merely nothing", () => {
    expect(html`${undefined}${false}${0}${""}`.markup).toBe("0")
  })
})

describe("JSON", () => {
  it("is coloured without losing a character, whatever quotes and colons its strings hold", () => {
    const value = { 'a"b': 'c\\": {1}', n: [-1.5e3, true, null], "1": "<script>" }
    const { markup } = jsonBlock("x", value)
    const text = markup.replace(/<[^>]*>/g, "").replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    expect(JSON.parse(text)).toEqual(value)
    expect(markup).toContain(`<span class="name">&#34;n&#34;</span>`)
    expect(markup).toContain(`<span class="literal">-1500</span>`)
    expect(markup).not.toContain("<script>")
  })
})

describe("tokens", () => {
  const jwt = `${base64url({ alg: "ES256", typ: "at+jwt" })}.${base64url({ sub: "ada", scope: "openid" })}.c2ln`

  it("RFC 9068 §2: an access token that is a JWT is shown by its header and claims", () => {
    const { markup } = tokenParts(jwt)
    expect(markup).toContain("at+jwt")
    expect(markup).toContain("ada")
  })

  it.each(["opaque-reference", "three.parts.only", ""])(
    "an access token that is none is called opaque: %s",
    (token) => {
      expect(tokenParts(token).markup).toContain(`id="opaque"`)
    }
  )

  it("a response shows its tokens shortened, and each in full under its own name", () => {
    const response = { access_token: jwt, token_type: "bearer", expires_in: 60, claims: () => undefined }
    expect(withShortTokens(response)).toEqual({
      access_token: `${jwt.slice(0, 16)}…${jwt.slice(-8)}`,
      token_type: "bearer",
      expires_in: 60
    })
    expect(html`${tokenDetails(response)}`.markup).toContain(`<code id="access_token">${jwt}</code>`)
  })
})

describe("times", () => {
  it.each([
    [60_000, "in 60 s"],
    [3_600_000, "in 60 min"],
    [-7_200_000, "2 h ago"],
    [30 * 86_400_000, "in 30 days"]
  ])("%d ms from now is %s", (distance, words) => {
    expect(fromNow(1_000_000_000_000 + distance, 1_000_000_000_000)).toBe(words)
  })
})

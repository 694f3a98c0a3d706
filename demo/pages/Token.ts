/** Tokens to look at: shortened, in full, and opened where they are JWTs. RFC 7519, RFC 9068. */
import { decodeJwt, decodeProtectedHeader } from "jose"
import { type Content, type Html, html } from "../Html.ts"
import { jsonBlock } from "./Json.ts"

/** The header and the claims of a JWT, not verified: whom the token is for does that. */
export const tokenParts = (token: string): Html => {
  const opened = open(token)
  if (opened === undefined) {
    return html`<p class="empty" id="opaque">This one is opaque: a reference which only the provider can read.</p>
      <p class="token"><code>${shorten(token)}</code></p>`
  }
  return html`<h3>Header</h3>
    ${jsonBlock("access-token-header", opened.header)}
    <h3>Claims</h3>
    ${jsonBlock("access-token-claims", opened.claims)}`
}

/** The response with its tokens shortened. */
export const withShortTokens = (response: object): object =>
  Object.fromEntries(
    Object.entries(response)
      .filter(([, value]) => typeof value !== "function")
      .map(([name, value]) => [name, isToken(name, value) ? shorten(value) : value])
  )

/** Each token of the response in full, folded. */
export const tokenDetails = (response: object): Content =>
  Object.entries(response).map(
    ([name, value]) =>
      isToken(name, value) &&
      html`<details class="token">
        <summary><code>${name}</code> in full, ${value.length} characters</summary>
        <code id="${name}">${value}</code>
      </details>`
  )

const isToken = (name: string, value: unknown): value is string => name.endsWith("_token") && typeof value === "string"

const shorten = (token: string): string => (token.length > 32 ? `${token.slice(0, 16)}…${token.slice(-8)}` : token)

const open = (token: string): { readonly header: object; readonly claims: object } | undefined => {
  try {
    return { header: decodeProtectedHeader(token), claims: decodeJwt(token) }
  } catch {
    return undefined
  }
}

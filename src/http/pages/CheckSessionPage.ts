/**
 * The frame that a client's page asks whether the session is still the one it knows. OIDC Session Management 1.0 §3.
 *
 * The one page of ours that others may frame. It shows nothing and does nothing but compare, and says no more than
 * whether a hash is the right one.
 */
import { html } from "../../html/Html.ts"
import type { Page } from "./Layout.ts"

/**
 * Nothing in it is changed by being escaped (no quotes, no comparisons of size), so it arrives as it was hashed. A
 * `client_id` may have spaces in it; hash and salt have none. The cookie is the "state" of `BrowserCookies.ts`.
 */
const checking = `
addEventListener(\`message\`, async function (event) {
  async function judge() {
    const asked = /^(.+) ([A-Za-z0-9_-]{43})[.]([A-Za-z0-9_-]+)$/.exec(event.data)
    if (asked === null) return \`error\`
    const name = location.protocol === \`https:\` ? \`__Host-hapax_state=\` : \`hapax_state=\`
    const cookie = document.cookie.split(\`; \`).find(function (one) { return one.startsWith(name) })
    const state = cookie === undefined ? \`\` : cookie.slice(name.length)
    const text = [asked[1], event.origin, state, asked[3]].join(\` \`)
    const digest = new Uint8Array(await crypto.subtle.digest(\`SHA-256\`, new TextEncoder().encode(text)))
    const base64 = btoa(String.fromCharCode(...digest))
    const hash = base64.replaceAll(\`+\`, \`-\`).replaceAll(\`/\`, \`_\`).replaceAll(\`=\`, \`\`)
    return hash === asked[2] ? \`unchanged\` : \`changed\`
  }
  const answer = await judge().catch(function () { return \`error\` })
  event.source.postMessage(answer, event.origin)
})
`

/** The SHA-256 of `checking`, as a policy names it (CSP Level 3 §2.3.1); a test computes it anew. */
const checkingHash = "sha256-J+Yw3tm/5XKQVFjM+MM4Y1z/xCq2w+psbg+BtJRLqD0="

// Every character between the tags is part of the hash.
// oxfmt-ignore
const script = html`<script>${checking}</script>`

export const checkSessionPage: Page = {
  html: html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Session</title>
      </head>
      <body>
        ${script}
      </body>
    </html>`.toString(),
  contentSecurityPolicy: [
    "default-src 'none'",
    `script-src '${checkingHash}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors *"
  ].join("; ")
}

/**
 * The two scripts of passkeys: one offers them on the login page, the other makes one. WebAuthn Level 3 §5.1.3, §5.1.4,
 * §5.1.6 (conditional mediation).
 *
 * Both fill in a hidden field and submit the form that it stands in. Each is always the same text, which the policy
 * allows by its hash; what differs from page to page is in the form's `data-` attributes.
 */
import { algorithms, type Ceremony } from "../../domain/PasskeyResponse.ts"
import { html } from "../../html/Html.ts"

export type PasskeyAsked = Pick<Ceremony, "challenge" | "rpId">

// Nothing in the texts is changed by being escaped (no quotes, no comparisons of size, no arrows), so they arrive as
// they were hashed.

/** base64url to bytes and back. */
const codec = `
function bytes(text) {
  const binary = atob(text.replaceAll(\`-\`, \`+\`).replaceAll(\`_\`, \`/\`))
  return Uint8Array.from(binary, function (one) { return one.charCodeAt(0) })
}
function text(buffer) {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(buffer)))
  return base64.replaceAll(\`+\`, \`-\`).replaceAll(\`/\`, \`_\`).replaceAll(\`=\`, \`\`)
}
function show(id) { document.getElementById(id).hidden = false }
function submit(form, { id, rawId, type }, response) {
  form.elements.passkey.value = JSON.stringify({ id, rawId: text(rawId), type, response })
  form.submit()
}
`

/** Waits for a passkey in the list that browsers offer at the first field, and asks for one when the button says. */
const signingIn = `${codec}
const form = document.getElementById(\`passkey\`)
let asking = new AbortController()
async function ask(mediation) {
  asking.abort()
  asking = new AbortController()
  const publicKey = { challenge: bytes(form.dataset.challenge), rpId: form.dataset.rp, userVerification: \`required\` }
  const found = await navigator.credentials.get({ mediation, publicKey, signal: asking.signal })
  submit(form, found, {
    clientDataJSON: text(found.response.clientDataJSON),
    authenticatorData: text(found.response.authenticatorData),
    signature: text(found.response.signature),
    userHandle: text(found.response.userHandle)
  })
}
async function wait() {
  if (await PublicKeyCredential.isConditionalMediationAvailable()) await ask(\`conditional\`)
}
function nothing() {}
if (window.PublicKeyCredential) {
  form.hidden = false
  form.addEventListener(\`submit\`, function (event) {
    event.preventDefault()
    ask(\`optional\`).catch(function () {
      show(\`passkey-problem\`)
      wait().catch(nothing)
    })
  })
  wait().catch(nothing)
}
`

/** Makes a passkey that its authenticator can name by itself, and says what was wrong if none was made. */
const adding = `${codec}
const form = document.getElementById(\`add-passkey\`)
async function make() {
  const { account, challenge, known, person, provider, rp, user } = form.dataset
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(challenge),
      rp: { id: rp, name: provider },
      user: { id: bytes(user), name: account, displayName: person },
      pubKeyCredParams: [${algorithms.join(", ")}].map(function (alg) { return { type: \`public-key\`, alg } }),
      excludeCredentials: known.split(\` \`).filter(Boolean).map(function (id) {
        return { type: \`public-key\`, id: bytes(id) }
      }),
      authenticatorSelection: { residentKey: \`required\`, requireResidentKey: true, userVerification: \`required\` },
      attestation: \`none\`
    }
  })
  submit(form, made, {
    clientDataJSON: text(made.response.clientDataJSON),
    attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports ? made.response.getTransports() : []
  })
}
if (window.PublicKeyCredential) {
  document.getElementById(\`no-passkeys\`).hidden = true
  form.hidden = false
  form.addEventListener(\`submit\`, function (event) {
    event.preventDefault()
    make().catch(function (problem) {
      show(problem.name === \`InvalidStateError\` ? \`passkey-known\` : \`passkey-problem\`)
    })
  })
}
`

// Every character between the tags is part of the hash.
// oxfmt-ignore
export const signInScript = html`<script type="module">${signingIn}</script>`
// oxfmt-ignore
export const addScript = html`<script type="module">${adding}</script>`

/** The SHA-256 of each, as a policy names it (CSP Level 3 §2.3.1); a test computes them anew. */
export const signInHash = "sha256-GFkWejComWOdL5uVyx6o8JmYQQE4GZOCG4tkDK1dDFc="
export const addHash = "sha256-jEsh80riHPZXnl+bwqHAyTePwksK9r6SkgY8mq/t6sE="

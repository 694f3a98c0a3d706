/** The page on which a person signs in with a password. OpenID Connect Core §3.1.2.3. */
import type { Display } from "../../domain/AuthorizationRequest.ts"
import { attribute, html, type Html } from "../../html/Html.ts"
import { layout, named, type Page, textsOf } from "./Layout.ts"
import { type PasskeyAsked, signInHash, signInScript } from "./PasskeyScript.ts"
import { clientLinks, clientNameOf, logosOf, type ShownClient } from "./ShownClient.ts"
import { clientOf, purposeLede, purposeTile, type SignInPurpose } from "./SignInPurpose.ts"
import type { LoginError } from "../../texts/SignInTexts.ts"

export interface LoginPageData extends SignInPurpose {
  /** The path that the form is posted to. */
  readonly action: string
  /** The hidden field `interaction`. */
  readonly interaction: string
  /** What a passkey is asked to sign. It is the same for everybody. */
  readonly passkey?: PasskeyAsked | undefined
  /** What the field `login` holds already: a login_hint, or what was typed before an error. */
  readonly loginHint?: string | undefined
  readonly error?: LoginError | undefined
  readonly display?: Display | undefined
  /** Offers a letter with a link and a code: the form goes there with what is typed as the login. */
  readonly mailAction?: string | undefined
  /** Where somebody goes who has forgotten the password. */
  readonly forgotten?: string | undefined
  /** The client would like a passkey, or cannot do without one: it stands first, and the page says why. */
  readonly stepUp?: "wanted" | "needed" | undefined
  /** Offers a way back: posts `decision=deny` with the interaction and nothing else. */
  readonly deny?: boolean | undefined
}

export const loginPage = (data: LoginPageData): Page => {
  const { frame, login: own } = textsOf(data)
  const client = clientOf(data)
  return layout(data, {
    title: data.error === undefined ? own.title : frame.errorTitle(own.title),
    images: client === undefined ? [] : logosOf(client),
    form: true,
    script: data.passkey === undefined ? undefined : signInHash,
    compact: data.display === "popup" || data.display === "touch" || data.display === "wap",
    main: html`${purposeTile(data)}
      <h1>${own.title}</h1>
      ${purposeLede(data, own)}
      ${data.error !== undefined && html`<p class="alert" id="error" role="alert">${own.errors[data.error]}</p>`}
      ${stepUp(data, client)} ${signInForm(data)}
      ${data.stepUp === undefined && data.passkey !== undefined && passkeyForm(data, data.passkey)}
      ${data.deny === true && denyForm(data)} ${hint(data, client)} ${data.passkey !== undefined && signInScript}`,
    footer: client === undefined ? undefined : clientLinks(data, client)
  })
}

const hint = (data: LoginPageData, client: ShownClient | undefined): Html | undefined => {
  const { device, login: own } = textsOf(data)
  if (client === undefined) return data.account === true ? undefined : html`<p class="hint">${device.onlyYours}</p>`
  return html`<p class="hint">${own.passwordStaysHere(named(clientNameOf(data, client.clientName)))}</p>`
}

/** What a client asks for beyond a password, over everything else that signs in. */
const stepUp = (data: LoginPageData, client: ShownClient | undefined): Html | undefined => {
  if (data.stepUp === undefined || data.passkey === undefined || client === undefined) return undefined
  const { login: own } = textsOf(data)
  const name = named(clientNameOf(data, client.clientName))
  return html`<div>
    <p class="notice" id="step-up">${own.stepUp[data.stepUp](name)}</p>
    ${passkeyForm(data, data.passkey)}
  </div>`
}

const signInForm = (data: LoginPageData): Html => {
  const { login: own } = textsOf(data)
  const hint = data.loginHint === undefined || data.loginHint.length > longestLogin ? "" : data.loginHint
  const wrong = [
    attribute("aria-describedby", data.error !== undefined && "error"),
    attribute("aria-invalid", data.error === "credentials" && "true")
  ]
  return html`<form method="post" action="${data.action}">
    <input type="hidden" name="interaction" value="${data.interaction}" />
    <div class="field">
      <label for="login">${own.login}</label>
      <input
        id="login"
        name="login"
        type="text"
        inputmode="email"
        autocomplete="username webauthn"
        autocapitalize="none"
        autocorrect="off"
        spellcheck="false"
        enterkeyhint="next"
        required
        value="${hint}"
        ${wrong}${attribute("autofocus", hint === "")}
      />
    </div>
    <div class="field">
      <label for="password">${own.password}</label>
      <input
        id="password"
        name="password"
        type="password"
        autocomplete="current-password"
        enterkeyhint="go"
        required
        ${wrong}${attribute("autofocus", hint !== "")}
      />
      ${data.forgotten !== undefined && html`<p class="aside"><a href="${data.forgotten}">${own.forgotten}</a></p>`}
    </div>
    <button class="${data.stepUp === undefined ? "primary" : "secondary"}" type="submit" id="sign-in">
      ${own.submit}
    </button>
    ${data.mailAction !== undefined && mailButton(data.mailAction, own.mail)}
  </form>`
}

// In the form of the password, for the name that is typed there; the browser is not to ask for a password first.
const mailButton = (action: string, text: string): Html =>
  html`<button class="secondary" type="submit" id="mail" formaction="${action}" formnovalidate>${text}</button>`

// The script shows it where the browser knows passkeys, and fills it in.
const passkeyForm = (data: LoginPageData, { challenge, rpId }: PasskeyAsked): Html => {
  const { login: own } = textsOf(data)
  return html`<form
    method="post"
    action="${data.action}"
    id="passkey"
    data-challenge="${challenge}"
    data-rp="${rpId}"
    hidden
  >
    <input type="hidden" name="interaction" value="${data.interaction}" />
    <input type="hidden" name="passkey" value="" />
    <p class="alert" id="passkey-problem" role="alert" hidden>${own.passkeyProblem}</p>
    <button class="${data.stepUp === undefined ? "secondary" : "primary"}" type="submit" id="use-passkey">
      ${own.passkey}
    </button>
  </form>`
}

// A form of its own, so that a password already typed is not sent with a refusal.
const denyForm = (data: LoginPageData): Html =>
  html`<form method="post" action="${data.action}">
    <input type="hidden" name="interaction" value="${data.interaction}" />
    <button class="secondary" type="submit" name="decision" value="deny" id="deny">${textsOf(data).login.deny}</button>
  </form>`

/** An e-mail address has at most 254 characters (RFC 5321 §4.5.3.1.3); a longer hint is nobody's login. */
const longestLogin = 254

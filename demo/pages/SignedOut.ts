/** The first page: what this is, and the way in. */
import { type Html, html } from "../Html.ts"
import type { Mailbox } from "../Mailbox.ts"
import { layout } from "./Layout.ts"
import { signInForm } from "./SignInForm.ts"

export type Registration = {
  readonly issuer: URL
  /** The issuer as it was given: providers tell `https://op.example` from `https://op.example/`. */
  readonly issuerIdentifier: string
  readonly clientId: string
  readonly redirectUri: string
  readonly postLogoutRedirectUri: string
  readonly mailbox: Mailbox | undefined
}

export const signedOutPage = (app: Registration): Html =>
  layout(
    "Sign in",
    app.issuer,
    html`<div class="split">
        <section class="intro">
          <h1>Try your provider from the other side</h1>
          <p class="lead">
            This small app is a <em>relying party</em>. It knows no passwords: it sends you to
            <strong>${app.issuer.host}</strong> to sign in, and then shows you everything that came back.
          </p>
          <ol class="steps">
            <li>
              <strong>Sign in</strong> at the provider: the code flow, with PKCE, <code>state</code> and
              <code>nonce</code>.
            </li>
            <li><strong>Look</strong> at the ID token, the access token and userinfo.</li>
            <li><strong>Go on</strong>: refresh, introspect, revoke, sign out.</li>
          </ol>
          ${
            app.mailbox !== undefined &&
            html`<p>Letters that the provider sends arrive in <a id="mailbox" href="/mailbox">the mailbox</a>.</p>`
          }
        </section>
        <section class="card">${signInForm("Sign in")}</section>
      </div>
      <details class="registration">
        <summary>How this app is registered</summary>
        <dl class="facts">
          <div>
            <dt>Issuer</dt>
            <dd><code>${app.issuerIdentifier}</code></dd>
          </div>
          <div>
            <dt>Client</dt>
            <dd><code>${app.clientId}</code></dd>
          </div>
          <div>
            <dt>Client authentication</dt>
            <dd><code>client_secret_basic</code></dd>
          </div>
          <div>
            <dt>Redirect URI</dt>
            <dd><code>${app.redirectUri}</code></dd>
          </div>
          <div>
            <dt>After signing out</dt>
            <dd><code>${app.postLogoutRedirectUri}</code></dd>
          </div>
        </dl>
      </details>`
  )

/** The page of who is signed in: the person, the buttons, and everything the provider sent. */
import type { ServerMetadata } from "openid-client"
import type { Account } from "../Account.ts"
import { type Content, type Html, html } from "../Html.ts"
import type { Session } from "../Sessions.ts"
import { jsonBlock } from "./Json.ts"
import { layout } from "./Layout.ts"
import { signInForm } from "./SignInForm.ts"
import { fromNow, moment } from "./Time.ts"
import { tokenDetails, tokenParts, withShortTokens } from "./Token.ts"

export const signedInPage = (
  app: { readonly issuer: URL },
  session: Session,
  account: Account,
  provider: ServerMetadata,
  notice: string | undefined,
  now: number
): Html =>
  layout(
    "Signed in",
    app.issuer,
    html`${notice !== undefined && html`<p class="notice" role="status">${notice}</p>`} ${person(account, now)}
      ${buttons(session, account, provider)}
      <div class="cards">
        <div>
          ${card(
            "ID token",
            "Who signed in, when and how. Its signature and its claims were checked.",
            jsonBlock("id-token-claims", account.claims)
          )}
          ${card(
            "Userinfo",
            "What the provider tells about this person to whoever holds the access token.",
            account.userinfo === undefined
              ? html`<p class="empty">Not asked yet.</p>`
              : jsonBlock("userinfo-claims", account.userinfo)
          )}
          ${
            account.introspection !== undefined &&
            card(
              "Introspection",
              "What the provider says of the access token.",
              jsonBlock("introspection", account.introspection)
            )
          }
        </div>
        <div>
          ${card(
            "Access token",
            "For the provider and its APIs. A client passes it on and does not rely on what is in it.",
            tokenParts(account.accessToken)
          )}
          ${card("Token response", "The last answer of the token endpoint, its tokens shortened.", [
            jsonBlock("token-response", withShortTokens(account.response)),
            tokenDetails(account.response)
          ])}
        </div>
      </div>
      <details class="again">
        <summary>Sign in again, with other options</summary>
        <div class="card">${signInForm("Sign in again")}</div>
      </details>`
  )

const person = (account: Account, now: number): Html => {
  const { userinfo, claims } = account
  const known = { ...claims, ...userinfo }
  const name = [known.name, known.preferred_username, known.email].find((value) => typeof value === "string") as
    | string
    | undefined
  return html`<section class="person">
    <span class="avatar" aria-hidden="true">${[...(name ?? claims.sub)][0]?.toUpperCase()}</span>
    <div class="who">
      <h1>${name ?? "Signed in"}</h1>
      <p class="subject"><span>subject</span> <code id="subject">${claims.sub}</code></p>
    </div>
    <dl class="facts">
      <div>
        <dt>Signed in</dt>
        <dd>${moment((claims.auth_time ?? claims.iat) * 1000)}</dd>
      </div>
      <div>
        <dt>Access token</dt>
        <dd>${lifetime(account, now)}</dd>
      </div>
      <div>
        <dt>Refresh token</dt>
        <dd>${account.refreshToken === undefined ? "none" : "yes"}</dd>
      </div>
    </dl>
  </section>`
}

const lifetime = (account: Account, now: number): Content => {
  if (account.revoked) return html`<span class="badge bad">revoked</span>`
  if (account.expiresAt === undefined) return "lifetime not told"
  const words = account.expiresAt > now ? "expires" : "expired"
  return html`${words}
    <span title="${new Date(account.expiresAt).toISOString()}">${fromNow(account.expiresAt, now)}</span>`
}

/** Only what this provider and this sign-in can do. */
const buttons = (session: Session, account: Account, provider: ServerMetadata): Html => {
  const button = (id: string, label: string, kind: string, offered: boolean): Content =>
    offered &&
    html`<form method="post" action="/${id}">
      <input type="hidden" name="csrf" value="${session.csrf}" />
      <button id="${id}" class="${kind}" type="submit">${label}</button>
    </form>`
  return html`<nav class="buttons" aria-label="Actions">
    ${button("refresh", "Refresh tokens", "primary", account.refreshToken !== undefined)}
    ${button("userinfo", "Call userinfo again", "", provider.userinfo_endpoint !== undefined)}
    ${button("introspect", "Introspect", "", provider.introspection_endpoint !== undefined)}
    ${button("revoke", "Revoke the access token", "", provider.revocation_endpoint !== undefined)}
    <span class="gap"></span>
    ${button("sign-out", "Sign out", "danger", provider.end_session_endpoint !== undefined)}
    ${button("forget", "Forget here", "quiet", true)}
  </nav>`
}

const card = (title: string, meaning: string, content: Content): Html =>
  html`<section class="card">
    <h2>${title}</h2>
    <p class="hint">${meaning}</p>
    ${content}
  </section>`

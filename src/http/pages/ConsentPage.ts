/** The page on which a person allows or refuses what an application asks for. OpenID Connect Core §3.1.2.4. */
import { claimText } from "./ClaimTexts.ts"
import { html, type Html } from "./Html.ts"
import { icon } from "./Icon.ts"
import { account, type Frame, layout, named, type Page, textsOf } from "./Layout.ts"
import { type ScopeText, scopeText } from "./ScopeTexts.ts"
import { clientLinks, clientNameOf, clientTile, logosOf, type ShownClient } from "./ShownClient.ts"
import { shownText } from "./ShownText.ts"

export interface ConsentPageData extends Frame, ShownClient {
  /** The path that the form is posted to. */
  readonly action: string
  /** The hidden field `interaction`. */
  readonly interaction: string
  readonly userName: string
  /** From `scopeText`. */
  readonly scopes: ReadonlyArray<ScopeText>
  /** Names of the claims that were asked for one by one. OpenID Connect Core §5.5. */
  readonly claims: ReadonlyArray<string>
  /** Whether a refresh token is asked for: the access outlives the session. OpenID Connect Core §11. */
  readonly offlineAccess: boolean
  /** Where the browser goes next. The client chose its name itself; this it did not. */
  readonly redirectHost: string
}

export const consentPage = (data: ConsentPageData): Page => {
  const { consent: own, frame } = textsOf(data)
  return layout(data, {
    title: own.title(clientNameOf(data, data.clientName)),
    images: logosOf(data),
    form: true,
    main: html`${clientTile(data)}
      <h1>${own.heading(named(clientNameOf(data, data.clientName)))}</h1>
      ${account(frame.signedInAs, data.userName)} ${list(data)}
      <p class="hint">${own.returnTo(html`<strong>${named(data.redirectHost)}</strong>`)}</p>
      <form method="post" action="${data.action}">
        <input type="hidden" name="interaction" value="${data.interaction}" />
        <button class="primary" type="submit" name="decision" value="approve" id="approve">${own.approve}</button>
        <button class="secondary" type="submit" name="decision" value="deny" id="deny">${own.deny}</button>
      </form>`,
    footer: clientLinks(data, data)
  })
}

const list = (data: ConsentPageData): Html | undefined => {
  const asked = grants(data)
  return asked.length === 0
    ? undefined
    : html`<h2>${textsOf(data).consent.lede}</h2>
        <ul class="scopes">
          ${asked.map(item)}
        </ul>`
}

/** The scopes, then the claims as one entry, then offline access last: it is about all the others. */
const grants = (data: ConsentPageData): ReadonlyArray<ScopeText> => {
  const claims = [...new Set(data.claims.map((name) => shownText(claimText(name, data.language), 60)))]
  return [
    ...data.scopes.filter(({ name }) => name !== "offline_access"),
    ...(claims.length === 0
      ? []
      : [{ name: "claims", title: textsOf(data).consent.claims, description: sentence(claims) }]),
    ...(data.offlineAccess ? [scopeText("offline_access", data.language)] : [])
  ]
}

const item = (scope: ScopeText): Html =>
  html` <li>
    ${icon(scope.name)}
    <div>
      <h3>${named(scope.title)}</h3>
      <p>${shownText(scope.description, 400)}</p>
    </div>
  </li>`

const sentence = (names: ReadonlyArray<string>): string => {
  const list = names.join(", ")
  return `${list.charAt(0).toUpperCase()}${list.slice(1)}.`
}

/** What an application asks for, as a list in plain words. OpenID Connect Core §5.4, §5.5, §11. */
import { claimText, type ScopeText, scopeText } from "./AskedWords.ts"
import { html, type Html } from "../../html/Html.ts"
import { icon } from "./Icon.ts"
import { type Frame, named, textsOf } from "./Layout.ts"
import { shownText } from "../../html/ShownText.ts"

export interface Asked {
  /** From `scopeText`. */
  readonly scopes: ReadonlyArray<ScopeText>
  /** Names of the claims that were asked for one by one. OpenID Connect Core §5.5. */
  readonly claims: ReadonlyArray<string>
  /** Whether a refresh token is asked for: the access outlives the session. OpenID Connect Core §11. */
  readonly offlineAccess: boolean
}

export const askedList = (data: Frame & Asked): Html | undefined => {
  const items = askedItems(data)
  return items === undefined
    ? undefined
    : html`<h2>${textsOf(data).consent.lede}</h2>
        ${items}`
}

/** The list without a heading of its own. */
export const askedItems = (data: Frame & Asked): Html | undefined => {
  const asked = grants(data)
  return asked.length === 0
    ? undefined
    : html`<ul class="scopes">
        ${asked.map(item)}
      </ul>`
}

/** The scopes, then the claims as one entry, then offline access last: it is about all the others. */
const grants = (data: Frame & Asked): ReadonlyArray<ScopeText> => {
  const { claims: own, consent } = textsOf(data)
  const claims = [...new Set(data.claims.map((name) => shownText(claimText(data, name), 60)))]
  return [
    ...data.scopes.filter(({ name }) => name !== "offline_access"),
    ...(claims.length === 0 ? [] : [{ name: "claims", title: consent.claims, description: own.list(claims) }]),
    ...(data.offlineAccess ? [scopeText(data, "offline_access")] : [])
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

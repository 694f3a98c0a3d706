/** What one sees at `/`: whose place this is, who is signed in here, and where developers go on. */
import { accountPaths } from "../../domain/PagePath.ts"
import { html } from "../../html/Html.ts"
import { iconTile } from "./Icon.ts"
import { account, type Frame, layout, type Page, providerNameOf, textsOf } from "./Layout.ts"

export interface HomePageData extends Frame {
  readonly userName?: string | undefined
  /** Where signing out begins; `/logout` if not given. */
  readonly signOutPath?: string | undefined
  /** OpenID Connect Discovery §4; `/.well-known/openid-configuration` if not given. */
  readonly discoveryPath?: string | undefined
}

export const homePage = (data: HomePageData): Page => {
  const { frame, home: own } = textsOf(data)
  return layout(data, {
    title: own.title,
    images: [],
    form: false,
    main: html`${iconTile("openid")}
      <h1>${own.heading}</h1>
      <p class="lede">${own.lede(html`<bdi>${providerNameOf(data)}</bdi>`)}</p>
      ${
        data.userName === undefined
          ? html`<p class="hint">${own.nobody}</p>
              <a class="button primary" href="${accountPaths.profile}">${own.signIn}</a>`
          : html`${account(frame.signedInAs, data.userName)}
              <a class="button primary" href="${accountPaths.profile}">${own.account}</a>
              <a class="button secondary" href="${data.signOutPath ?? "/logout"}">${own.signOut}</a>`
      }`,
    footer: html`<p><a href="${data.discoveryPath ?? "/.well-known/openid-configuration"}">${own.discovery}</a></p>`
  })
}

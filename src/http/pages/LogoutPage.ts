/**
 * Signing out: asking whether it is wanted, saying that it is done, and telling clients by a frame for each.
 * OpenID Connect RP-Initiated Logout §2, §3, Front-Channel Logout §3.
 */
import { html, type Html } from "../../html/Html.ts"
import { iconTile } from "./Icon.ts"
import { account, type Frame, layout, named, type Page, textsOf } from "./Layout.ts"
import { isSafeUrl, policySource } from "../../html/SafeUrl.ts"
import { clientNameOf } from "./ShownClient.ts"

export interface LogoutConfirmPageData extends Frame {
  /** The path that the form is posted to. */
  readonly action: string
  /** The hidden field `csrf`. */
  readonly csrf: string
  readonly userName?: string | undefined
  /** The client that asks for it, if it could be made sure of. */
  readonly clientName?: string | undefined
}

export interface LoggedOutPageData extends Frame {
  readonly clientName?: string | undefined
  /** A registered post_logout_redirect_uri, offered as a link. */
  readonly continueUri?: string | undefined
  /** What clients asked to be shown, so that they hear of it. */
  readonly frames?: ReadonlyArray<string>
}

export const logoutConfirmPage = (data: LogoutConfirmPageData): Page => {
  const { frame, logout: own } = textsOf(data)
  return layout(data, {
    title: own.title,
    images: [],
    form: true,
    main: html`${iconTile("leave")}
      <h1>${own.title}</h1>
      <p class="lede">
        ${
          data.clientName !== undefined &&
          html`${own.askedBy(html`<strong>${named(clientNameOf(data, data.clientName))}</strong>`)} `
        }${own.lede}
      </p>
      ${data.userName !== undefined && account(frame.signedInAs, data.userName)}
      <form method="post" action="${data.action}">
        <input type="hidden" name="csrf" value="${data.csrf}" />
        <button class="primary" type="submit" id="confirm-logout">${own.confirm}</button>
      </form>
      <a class="button secondary" href="/">${own.stay}</a>`
  })
}

export const loggedOutPage = (data: LoggedOutPageData): Page => {
  const { logout: own } = textsOf(data)
  const frames = (data.frames ?? []).filter(isFramable)
  const label =
    data.clientName === undefined ? own.continue : own.continueTo(named(clientNameOf(data, data.clientName)))
  return layout(data, {
    title: own.doneTitle,
    images: [],
    frames,
    form: false,
    main: html`${iconTile("done")}
      <h1>${own.doneTitle}</h1>
      <p class="lede">${own.done}</p>
      ${frames.map((address) => frame(address))}
      ${isSafeUrl(data.continueUri) && html`<a class="button primary" href="${data.continueUri}">${label}</a>`}`
  })
}

/** It may forget its own session by a script or a form, and not lead the person elsewhere, nor ask them anything. */
const frame = (address: string): Html =>
  html`<iframe src="${address}" sandbox="allow-scripts allow-same-origin allow-forms" hidden></iframe>`

/** Whether the policy can name it: a frame that it does not name stays empty. */
const isFramable = (address: string): boolean => policySource(address) !== undefined

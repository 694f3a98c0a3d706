/** Where one is signed in: every session with a box to choose it by, and the buttons that end some or all of them. */
import { accountPaths } from "../../../domain/PagePath.ts"
import type { SessionOrigin } from "../../../domain/Session.ts"
import { deviceOf } from "../../../domain/UserAgent.ts"
import { html, type Html } from "../../../html/Html.ts"
import { shownText } from "../../../html/ShownText.ts"
import { type Frame, named, type Page, textsOf } from "../Layout.ts"
import { accountLayout, type AccountPageData } from "./AccountLayout.ts"
import { moment } from "./Moment.ts"

export interface ShownSession {
  readonly sid: string
  readonly isPresent: boolean
  readonly origin?: SessionOrigin | undefined
  /** When somebody signed in, and when it was used last and would end unused. Milliseconds. */
  readonly authentication: { readonly authTime: number; readonly amr: ReadonlyArray<string> }
  readonly seenAt: number
  readonly endsAt: number
  /** The names of the clients that are told of its end. */
  readonly clients: ReadonlyArray<string>
}

export interface SessionsPageData extends AccountPageData {
  readonly sessions: ReadonlyArray<ShownSession>
}

export const sessionsPage = (data: SessionsPageData): Page => {
  const { accountFrame, sessions: own } = textsOf(data)
  const link = html`<a href="${accountPaths.applications}">${accountFrame.sections.applications}</a>`
  return accountLayout(data, {
    section: "sessions",
    main: html`<p class="lede">${own.lede}</p>
      <form method="post" action="${accountPaths.sessions}">
        <input type="hidden" name="interaction" value="${data.interaction}" />
        <ul class="choices">
          ${data.sessions.map((session) => choice(data, session))}
        </ul>
        <button class="primary" type="submit" name="which" value="chosen" id="end-chosen">${own.endChosen}</button>
        <button class="secondary" type="submit" name="which" value="others" id="end-others">${own.endOthers}</button>
        <button class="secondary" type="submit" name="which" value="all" id="end-all">${own.endAll}</button>
      </form>
      <p class="hint">${own.applications(link)}</p>`
  })
}

const choice = (frame: Frame, session: ShownSession): Html => {
  const { sessions: own } = textsOf(frame)
  const method = (["pwd", "pop", "otp"] as const).find((name) => session.authentication.amr.includes(name))
  const details = [
    html`${placeText(frame, session.origin?.place)}`,
    html`${own.signedIn(moment(frame, session.authentication.authTime))}${
      method !== undefined && ` (${own.methods[method]})`
    }`,
    own.seen(moment(frame, session.seenAt)),
    own.ends(moment(frame, session.endsAt))
  ]
  return html` <li>
    <label>
      <input type="checkbox" name="sid" value="${session.sid}" />
      <span>
        <strong>${named(deviceText(frame, session.origin?.userAgent))}</strong>
        ${session.isPresent && html`<em>${own.present}</em>`} ${details.map((detail) => html`<span>${detail}</span>`)}
        ${
          session.clients.length > 0 &&
          html`<span>${own.told(session.clients.map((name) => shownText(name, 60)))}</span>`
        }
      </span>
    </label>
  </li>`
}

/** "Chrome on Windows"; of what nobody knows, what it says of itself. */
const deviceText = (frame: Frame, userAgent = ""): string => {
  const { sessions: own } = textsOf(frame)
  const { browser, system } = deviceOf(userAgent)
  if (browser !== undefined && system !== undefined) return own.device(browser, system)
  return browser ?? system ?? (shownText(userAgent, 60) || own.unknownDevice)
}

/** The country by its code, as Cloudflare gives it: XX for one that is not known, T1 for the Tor network. */
const placeText = (frame: Frame, place = "XX"): string => {
  const { sessions: own } = textsOf(frame)
  if (place === "T1") return own.tor
  if (!/^[A-Z]{2}$/.test(place)) return shownText(place, 60)
  const names = new Intl.DisplayNames([frame.language ?? "en"], { type: "region", fallback: "none" })
  return names.of(place) ?? own.unknownPlace
}

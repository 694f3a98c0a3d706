/** Asking for a link that sets a new password, and being told that it may be on its way. OWASP ASVS 5.0 §6.3.8. */
import { html } from "../../html/Html.ts"
import { iconTile } from "./Icon.ts"
import { type Frame, layout, type Page, textsOf } from "./Layout.ts"

export interface ForgottenPasswordPageData extends Frame {
  /** The path that the form is posted to. */
  readonly action: string
  /** The hidden field `interaction`. */
  readonly interaction: string
  /** Back to the login page. */
  readonly back: string
  readonly isThrottled?: boolean | undefined
}

export const forgottenPasswordPage = (data: ForgottenPasswordPageData): Page => {
  const { frame, login, passwords: own } = textsOf(data)
  const isThrottled = data.isThrottled === true
  return layout(data, {
    title: isThrottled ? frame.errorTitle(own.forgottenTitle) : own.forgottenTitle,
    images: [],
    form: true,
    main: html`${iconTile("openid")}
      <h1>${own.forgottenTitle}</h1>
      <p class="lede">${own.forgottenLede}</p>
      ${isThrottled && html`<p class="alert" id="error" role="alert">${login.errors.throttled}</p>`}
      <form method="post" action="${data.action}">
        <input type="hidden" name="interaction" value="${data.interaction}" />
        <div class="field">
          <label for="login">${login.login}</label>
          <input
            id="login"
            name="login"
            type="text"
            inputmode="email"
            autocomplete="username"
            autocapitalize="none"
            autocorrect="off"
            spellcheck="false"
            enterkeyhint="go"
            required
            autofocus
          />
        </div>
        <button class="primary" type="submit" id="send">${own.send}</button>
      </form>
      <a class="button secondary" href="${data.back}">${own.back}</a>`
  })
}

export interface ResetSentPageData extends Frame {
  readonly minutes: number
  readonly back: string
}

export const resetSentPage = (data: ResetSentPageData): Page => {
  const { passwords: own } = textsOf(data)
  return layout(data, {
    title: own.sentTitle,
    images: [],
    form: false,
    main: html`${iconTile("done")}
      <h1>${own.sentTitle}</h1>
      <p class="lede">${own.sent(data.minutes)}</p>
      <a class="button secondary" href="${data.back}">${own.back}</a>`
  })
}

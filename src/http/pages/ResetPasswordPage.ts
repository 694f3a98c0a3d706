/** Where the link of a letter leads: a form, and what came of it. OWASP ASVS 5.0 §6.4.3. */
import { html } from "../../html/Html.ts"
import { iconTile } from "./Icon.ts"
import { account, type Frame, layout, type Page, textsOf } from "./Layout.ts"
import { passwordAlert, passwordFields, type PasswordFieldsData } from "./PasswordFields.ts"

export interface ResetPasswordPageData extends Omit<PasswordFieldsData, "present"> {
  /** The path that the form is posted to. */
  readonly action: string
  /** The hidden field `token`. */
  readonly token: string
  readonly userName: string
}

export const resetPasswordPage = (data: ResetPasswordPageData): Page => {
  const { frame, passwords: own } = textsOf(data)
  return layout(data, {
    title: data.problem === undefined ? own.resetTitle : frame.errorTitle(own.resetTitle),
    images: [],
    form: true,
    main: html`${iconTile("openid")}
      <h1>${own.resetTitle}</h1>
      <p class="lede">${own.resetLede}</p>
      ${account(own.whose, data.userName)} ${passwordAlert(data)}
      <form method="post" action="${data.action}">
        <input type="hidden" name="token" value="${data.token}" />
        ${passwordFields({ ...data, present: false })}
        <button class="primary" type="submit" id="set-password">${own.set}</button>
      </form>`
  })
}

export interface ResetDonePageData extends Frame {
  /** To the login that the reset began at. */
  readonly signIn: string
}

export const resetDonePage = (data: ResetDonePageData): Page => {
  const { passwords: own } = textsOf(data)
  return layout(data, {
    title: own.setTitle,
    images: [],
    form: false,
    main: html`${iconTile("done")}
      <h1>${own.setTitle}</h1>
      <p class="lede">${own.setDone}</p>
      <a class="button primary" id="to-sign-in" href="${data.signIn}">${own.signIn}</a>`
  })
}

export interface ResetVoidPageData extends ResetDonePageData {
  /** To where another link may be asked for. */
  readonly another: string
}

export const resetVoidPage = (data: ResetVoidPageData): Page => {
  const { passwords: own } = textsOf(data)
  return layout(data, {
    title: own.voidTitle,
    images: [],
    form: false,
    main: html`${iconTile("alert")}
      <h1>${own.voidTitle}</h1>
      <p class="lede">${own.void}</p>
      <a class="button primary" href="${data.signIn}">${own.signIn}</a>
      <a class="button secondary" href="${data.another}">${own.another}</a>`
  })
}

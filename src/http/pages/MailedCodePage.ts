/**
 * The page after somebody asked for a letter: it takes the code, and shows what confirms the link in another browser.
 * It is the same whoever was asked for. OWASP ASVS 5.0 §6.3.8, NIST SP 800-63B §3.1.3.
 */
import { html } from "../../html/Html.ts"
import { shownText } from "../../html/ShownText.ts"
import { codeField } from "./CodeField.ts"
import { iconTile } from "./Icon.ts"
import { type Frame, layout, type Page, textsOf } from "./Layout.ts"

export interface MailedCodePageData extends Frame {
  /** The path that the form is posted to. */
  readonly action: string
  /** The hidden field `interaction`. */
  readonly interaction: string
  /** What is to be typed where the link is opened, as it is shown. */
  readonly confirmation: string
  readonly error?: "wrong" | "throttled" | undefined
}

export const mailedCodePage = (data: MailedCodePageData): Page => {
  const { frame, login, mailedCode: own } = textsOf(data)
  const error = { wrong: own.wrong, throttled: login.errors.throttled }
  return layout(data, {
    title: data.error === undefined ? own.title : frame.errorTitle(own.title),
    images: [],
    form: true,
    main: html`${iconTile("email")}
      <h1>${own.title}</h1>
      <p class="lede">${own.lede}</p>
      ${data.error !== undefined && html`<p class="alert" id="error" role="alert">${error[data.error]}</p>`}
      <form method="post" action="${data.action}">
        <input type="hidden" name="interaction" value="${data.interaction}" />
        ${codeField({
          name: "code",
          label: own.code,
          kind: "digits",
          wrong: data.error === undefined ? undefined : "error"
        })}
        <button class="primary" type="submit" id="sign-in">${own.submit}</button>
      </form>
      <p class="compare">${own.elsewhere}<code id="confirmation">${shownText(data.confirmation, 20)}</code></p>
      <form method="post" action="${data.action}">
        <input type="hidden" name="interaction" value="${data.interaction}" />
        <button class="secondary" type="submit" name="decision" value="again" id="again">${own.again}</button>
      </form>`
  })
}

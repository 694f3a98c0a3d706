/**
 * The page behind the link of a letter: a button, because whoever only opens links (a mail scanner) must use nothing
 * up. In another browser than the one that asked it wants what that one shows, so that nobody is made to finish what
 * somebody else began. RFC 9700 §4.7, NIST SP 800-63B §3.1.3.
 */
import { html } from "../../html/Html.ts"
import { codeField } from "./CodeField.ts"
import { account, layout, type Page, textsOf } from "./Layout.ts"
import { clientLinks, logosOf } from "./ShownClient.ts"
import { clientOf, purposeLede, purposeTile, type SignInPurpose } from "./SignInPurpose.ts"

export interface MailedLinkPageData extends SignInPurpose {
  /** The path that the form is posted to. */
  readonly action: string
  /** The hidden field `interaction`. */
  readonly interaction: string
  /** The address that the letter went to, masked. */
  readonly to: string
  /** Whether the letter was asked for in another browser. */
  readonly elsewhere: boolean
  readonly error?: "wrong" | "throttled" | undefined
}

export const mailedLinkPage = (data: MailedLinkPageData): Page => {
  const { frame, login, mailedLink: own } = textsOf(data)
  const client = clientOf(data)
  const error = { wrong: own.wrong, throttled: login.errors.throttled }
  return layout(data, {
    title: data.error === undefined ? own.title : frame.errorTitle(own.title),
    images: client === undefined ? [] : logosOf(client),
    form: true,
    main: html`${purposeTile(data)}
      <h1>${own.title}</h1>
      ${purposeLede(data, own)} ${account(own.sentTo, data.to)}
      ${data.error !== undefined && html`<p class="alert" id="error" role="alert">${error[data.error]}</p>`}
      ${data.elsewhere && html`<p class="hint">${own.elsewhere}</p>`}
      <form method="post" action="${data.action}">
        <input type="hidden" name="interaction" value="${data.interaction}" />
        ${
          data.elsewhere &&
          codeField({
            name: "confirmation",
            label: own.confirmation,
            kind: "letters",
            wrong: data.error === undefined ? undefined : "error"
          })
        }
        <button class="primary" type="submit" id="sign-in">${own.submit}</button>
      </form>
      <p class="hint">${own.warning}</p>`,
    footer: client === undefined ? undefined : clientLinks(data, client)
  })
}

/** The sentences of signing in by a letter. */
import type { Html } from "../html/Html.ts"

export interface MailedLoginTexts {
  readonly mailedCode: {
    readonly title: string
    /** It says nothing of whether there is such a person. */
    readonly lede: string
    readonly code: string
    readonly submit: string
    readonly wrong: string
    /** Of what is shown, and typed where the link is opened in another browser. */
    readonly elsewhere: string
    readonly again: string
  }
  readonly mailedLink: {
    readonly title: string
    readonly continueTo: (client: Html) => Html
    readonly connectDevice: string
    readonly toAccount: string
    readonly sentTo: string
    readonly confirmation: string
    readonly elsewhere: string
    readonly submit: string
    readonly wrong: string
    readonly warning: string
  }
}

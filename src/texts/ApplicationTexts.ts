/** The sentences of the page of applications that were allowed something. */
import type { Html } from "../html/Html.ts"

export interface ApplicationTexts {
  readonly applications: {
    readonly lede: string
    readonly none: string
    readonly since: (day: Html) => Html
    readonly gone: string
    readonly withdraw: (client: Html) => Html
    readonly withdrawn: string
  }
}

/** The sentences of the pages on which people change their e-mail address. */
import type { Html } from "../html/Html.ts"

export interface EmailTexts {
  readonly email: {
    readonly present: (address: Html) => Html
    readonly none: string
    readonly verified: string
    readonly unverified: string
    readonly lede: string
    readonly label: string
    readonly submit: string
    readonly asked: (address: Html) => Html
    readonly problems: Record<"address" | "same", string>
    readonly confirmTitle: string
    readonly confirm: (address: Html) => Html
    readonly confirmSubmit: string
    readonly changed: string
    readonly dead: Record<"expired" | "foreign" | "spent" | "stale" | "taken", string>
    readonly again: string
  }
}

/** The sentences of the page on which people see where they are signed in. */
import type { Html } from "../html/Html.ts"

export interface SessionTexts {
  readonly sessions: {
    readonly lede: string
    readonly device: (browser: string, system: string) => string
    readonly unknownDevice: string
    readonly unknownPlace: string
    readonly tor: string
    readonly present: string
    readonly signedIn: (moment: Html) => Html
    readonly seen: (moment: Html) => Html
    readonly ends: (moment: Html) => Html
    /** How somebody signed in, by what `amr` says of it. */
    readonly methods: Record<"pwd" | "pop" | "otp", string>
    readonly told: (clients: ReadonlyArray<string>) => string
    readonly endChosen: string
    readonly endOthers: string
    readonly endAll: string
    readonly noneChosen: string
    readonly ended: string
    /** Access that outlives a session is looked at elsewhere. */
    readonly applications: (link: Html) => Html
  }
}

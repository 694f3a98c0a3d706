/** The sentences of signing in and of saying yes or no to an application. */
import type { Html } from "../html/Html.ts"

/** Why the login page is shown again. */
export type LoginError = "credentials" | "passkey" | "letter" | "nameless" | "expired" | "throttled" | "unavailable"

export interface SignInTexts {
  readonly client: {
    /** Stands for a name in which nothing can be seen. */
    readonly unnamed: string
    readonly about: (client: string) => string
    readonly website: string
    readonly policy: string
    readonly terms: string
  }
  readonly login: {
    readonly title: string
    readonly continueTo: (client: Html) => Html
    readonly login: string
    readonly password: string
    readonly submit: string
    readonly passkey: string
    /** The browser or the person did not go through with it. */
    readonly passkeyProblem: string
    readonly mail: string
    readonly forgotten: string
    /** The client asks for a passkey. */
    readonly stepUp: Record<"wanted" | "needed", (client: Html) => Html>
    readonly deny: string
    readonly passwordStaysHere: (client: Html) => Html
    /** Of a device nothing is told before somebody has signed in. */
    readonly connectDevice: string
    readonly toAccount: string
    readonly errors: Record<LoginError, string>
  }
  readonly consent: {
    readonly title: (client: string) => string
    readonly heading: (client: Html) => Html
    readonly lede: string
    readonly claims: string
    readonly returnTo: (host: Html) => Html
    readonly approve: string
    readonly deny: string
  }
  readonly device: {
    readonly title: string
    readonly lede: string
    readonly userCode: string
    readonly submit: string
    readonly unknown: string
    readonly throttled: string
    readonly onlyYours: string
    readonly confirmTitle: (client: string) => string
    readonly confirmHeading: (client: Html) => Html
    readonly compare: string
    readonly warning: string
    readonly approve: string
    readonly deny: string
    readonly approvedTitle: string
    readonly approved: string
    readonly deniedTitle: string
    readonly denied: string
  }
}

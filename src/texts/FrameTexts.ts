/** The sentences that every page has, of the front page, of leaving, and of errors. */
import type { Html } from "../html/Html.ts"

export interface FrameTexts {
  readonly frame: {
    readonly about: string
    readonly errorTitle: (title: string) => string
    readonly newTab: string
    readonly signedInAs: string
  }
  readonly formPost: {
    readonly title: string
    readonly lede: (host: Html) => Html
    readonly submit: string
  }
  readonly logout: {
    readonly title: string
    readonly askedBy: (client: Html) => Html
    readonly lede: string
    readonly confirm: string
    readonly stay: string
    readonly doneTitle: string
    readonly done: string
    readonly continue: string
    readonly continueTo: (client: Html) => Html
  }
  readonly error: {
    readonly advice: string
    readonly code: string
    readonly parameter: string
    readonly reference: string
  }
  readonly home: {
    readonly title: string
    readonly heading: string
    readonly lede: (provider: Html) => Html
    readonly signOut: string
    readonly nobody: string
    readonly discovery: string
  }
}

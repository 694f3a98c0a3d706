/** The sentences that every page has, of the front page, of leaving, and of errors. */
import type { Html } from "../html/Html.ts"

/** What can be wrong with a page, beyond what its own forms say. */
export type Problem =
  /** The request of an application, which is told what is wrong with it in words of its protocol. */
  | "request"
  | "tooLong"
  | "notFound"
  /** What a page brought back: not one of ours, another browser's, too old, or its application is gone. */
  | "malformed"
  | "foreign"
  | "expired"
  | "withdrawn"
  /** It was tried too often. */
  | "throttled"
  /** Storage gave no answer. */
  | "unavailable"
  /** A defect of ours. */
  | "defect"

export interface FrameTexts {
  readonly frame: {
    readonly about: string
    readonly languages: string
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
    readonly problems: Record<Problem, { readonly title: string; readonly description: string }>
    readonly advice: string
    readonly detail: string
    readonly code: string
    readonly parameter: string
    readonly reference: string
  }
  readonly home: {
    readonly title: string
    readonly heading: string
    readonly lede: (provider: Html) => Html
    readonly account: string
    readonly signIn: string
    readonly signOut: string
    readonly nobody: string
    readonly discovery: string
  }
}

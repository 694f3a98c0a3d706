/** The sentences of the pages on which people look after their passkeys. */
import type { Html } from "../html/Html.ts"

/** What was done, or why not. */
export type PasskeyNotice = "added" | "renamed" | "removed" | "unverified" | "many" | "last" | "name" | "unknown"

export interface PasskeyTexts {
  readonly passkeys: {
    readonly lede: string
    readonly none: string
    readonly created: (day: Html) => Html
    readonly used: (day: Html) => Html
    readonly neverUsed: string
    /** It is kept by a service that brings it to other devices. */
    readonly synced: string
    readonly oneDevice: string
    readonly suspected: (day: Html) => Html
    readonly name: string
    readonly nameHint: string
    readonly rename: string
    readonly renameOf: (passkey: Html) => Html
    readonly remove: string
    readonly add: string
    readonly addTitle: string
    readonly addLede: string
    readonly create: string
    readonly back: string
    readonly unsupported: string
    readonly problem: string
    readonly known: string
    readonly notices: Record<PasskeyNotice, string>
    /** After a removal: where to end what was opened with it. */
    readonly sessions: string
  }
}

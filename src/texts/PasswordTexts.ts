/** The sentences of setting a password: by its person, signed in, or by the link of a letter. */
import type { PasswordFault } from "../domain/Password.ts"

/** Why a form is shown again. `mismatch`: the two fields differ; `busy`: the account changed at the same time. */
export type PasswordProblem = PasswordFault | "mismatch" | "present" | "busy" | "throttled"

export interface PasswordTexts {
  readonly passwords: {
    readonly forgottenTitle: string
    readonly forgottenLede: string
    readonly send: string
    readonly back: string
    readonly sentTitle: string
    readonly sent: (minutes: number) => string
    readonly resetTitle: string
    readonly resetLede: string
    /** Before the name of whose password it is; nobody is signed in there. */
    readonly whose: string
    readonly present: string
    readonly password: string
    readonly again: string
    readonly rule: (shortest: number) => string
    readonly set: string
    readonly setTitle: string
    readonly setDone: string
    readonly signIn: string
    readonly voidTitle: string
    readonly void: string
    readonly another: string
    readonly accountLede: string
    readonly firstLede: string
    readonly changed: string
    readonly problems: Record<PasswordProblem, string>
  }
}

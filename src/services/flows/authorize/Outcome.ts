/** What an authorization request, or a step of it, comes to. */
import type { AuthorizationErrorCode } from "../../../domain/OAuthError.ts"
import type { SessionOrigin } from "../../../domain/Session.ts"
import type { StorageError } from "../../storage/StorageError.ts"

/** Storage did not answer, or nobody knows what it did: the caller may try again, and is promised nothing. */
export type Unavailable = StorageError

/** Back to the client, with what was given or an error. RFC 6749 §4.1.2. */
export interface Redirect {
  readonly _tag: "Redirect"
  readonly uri: string
  /** What the browser keeps of the session in which something was given. Session Management 1.0 §4.2. */
  readonly browserState?: string
}

/** Back to the client by a form that the browser posts. OAuth 2.0 Form Post Response Mode §2. */
export interface FormPost {
  readonly _tag: "FormPost"
  readonly uri: string
  readonly fields: Readonly<Record<string, string>>
  readonly browserState?: string
}

/** On to a page of ours; `sealed` is the step, bound to the browser that holds `browser`. */
export interface Step {
  readonly _tag: "Login" | "Consent" | "DeviceConsent" | "MailedCode"
  readonly sealed: string
}

/** To the page for a user code: because one is wanted, or because of what is wrong with this one. RFC 8628 §3.3. */
export interface EnterCode {
  readonly _tag: "EnterCode"
  readonly userCode: string | undefined
  readonly problem: UserCodeProblem | undefined
}

/** No device waits under it, or its person has entered too many. */
export type UserCodeProblem = "unknown" | "throttled"

export const enterCode: EnterCode = { _tag: "EnterCode", userCode: undefined, problem: undefined }

/** The user decided for a device, which hears of it when it polls. */
export interface DeviceDecided {
  readonly _tag: "DeviceDecided"
  readonly decision: "approved" | "denied"
}

/** On to a page of the person's own account, or the front page of the provider. */
export interface Account {
  readonly _tag: "Account"
  readonly path: string
}

export const frontPage: Account = { _tag: "Account", path: "/" }

/** Nobody to redirect to: a page that names the parameter at fault. */
export interface Unanswerable {
  readonly _tag: "Unanswerable"
  readonly error: AuthorizationErrorCode
  readonly parameter: string
  readonly description: string
}

export type Outcome = Redirect | FormPost | Step | EnterCode | DeviceDecided | Account | Unanswerable

/** What is wrong with a step that a browser brings back. */
export type StepProblem =
  /** Not sealed by this provider, or for another kind of step. */
  | "malformed"
  /** Begun in another browser: somebody may be made to finish what an attacker began (RFC 9700 §4.7). */
  | "foreign"
  | "expired"
  /** Its client is gone, or no longer has the address that the answer would go to. */
  | "withdrawn"

export interface Browser {
  /** The secret in the browser's cookie; undefined if it has none yet. */
  readonly secret: string | undefined
  /** The session cookie as it came. */
  readonly session: string | undefined
  /** What a session that is opened here is remembered by. */
  readonly origin?: SessionOrigin
  /** The network that it is in, as it is counted; undefined where nobody says so who can be believed. */
  readonly address?: string | undefined
  /** The cookie that says who signed in with it before, as it came. */
  readonly device?: string | undefined
}

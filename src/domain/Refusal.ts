/** Refusing an authorization request by telling its client. RFC 6749 §4.1.2.1. */
import { Result } from "effect"
import type { AuthorizationErrorCode } from "./OAuthError.ts"

/** What is said to the client of its request. */
export interface Refusal {
  readonly error: AuthorizationErrorCode
  readonly description: string
}

export type Check<A> = Result.Result<A, Refusal>

export const refuse = (error: AuthorizationErrorCode, description: string) => Result.fail({ error, description })

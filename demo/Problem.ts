/** What went wrong, as a page can show it: whatever was thrown becomes a status, a code and sentences. */
import * as client from "openid-client"
import { Refusal } from "./Refusal.ts"

export type Problem = {
  readonly status: number
  readonly title: string
  /** An OAuth error code where there is one. */
  readonly code: string
  readonly description: string | undefined
}

export const problemFrom = (failure: unknown): Problem => {
  if (failure instanceof Refusal) {
    return { status: failure.status, title: "That did not work", code: failure.code, description: failure.message }
  }
  // RFC 6749 §4.1.2.1: the provider sent the browser back with an error.
  if (failure instanceof client.AuthorizationResponseError)
    return refused(400, failure.error, failure.error_description)
  // RFC 6749 §5.2: an endpoint of the provider answered with an error.
  if (failure instanceof client.ResponseBodyError) {
    return refused(failure.status >= 500 ? 502 : 400, failure.error, failure.error_description)
  }
  // RFC 6750 §3: the userinfo endpoint does not accept the access token.
  if (failure instanceof client.WWWAuthenticateChallengeError) {
    const parameters = failure.cause.find(({ parameters }) => parameters.error !== undefined)?.parameters
    return refused(400, parameters?.error ?? `http_${failure.status}`, parameters?.error_description)
  }
  return unexpected(failure)
}

const refused = (status: number, code: string, description: string | undefined): Problem => ({
  status,
  title: TITLES[code] ?? "The provider refused",
  code,
  description
})

const TITLES: Readonly<Record<string, string>> = {
  access_denied: "The sign-in was declined",
  consent_required: "The provider needs your consent",
  interaction_required: "The provider needs to ask you something",
  invalid_grant: "The provider no longer accepts this token",
  invalid_token: "The provider no longer accepts this token",
  login_required: "You are not signed in at the provider"
}

const unexpected = (failure: unknown): Problem => {
  if (failure instanceof client.ClientError) {
    return {
      status: 502,
      title: "The provider's answer is not as it should be",
      code: failure.code ?? "unexpected_answer",
      description: detail(failure)
    }
  }
  // What fetch() throws if there is no connection is a TypeError whose cause is the network's error.
  if (failure instanceof TypeError && failure.cause instanceof Error) {
    return {
      status: 502,
      title: "The provider cannot be reached",
      code: "provider_unreachable",
      description: networkError(failure.cause)
    }
  }
  console.error(failure)
  return { status: 500, title: "This app failed", code: "server_error", description: "Its log says more." }
}

const detail = (failure: client.ClientError): string => {
  const cause = failure.cause
  if (cause instanceof Response) return `${failure.message}: ${cause.status} from ${cause.url}`
  return cause instanceof Error && cause.message !== failure.message
    ? `${failure.message}: ${cause.message}`
    : failure.message
}

/** A host with two addresses fails with an error for each, and an empty message of its own. */
const networkError = (cause: Error): string =>
  cause instanceof AggregateError ? cause.errors.map(String).join("; ") : cause.message

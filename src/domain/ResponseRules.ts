/**
 * What a response type asks of the rest of the request. OAuth 2.0 Multiple Response Types §3, OIDC Core §3.2.2.1,
 * §3.3.2.1.
 */
import { Result } from "effect"
import type { Client } from "./Client.ts"
import type { ResponseType } from "./ClientMetadata.ts"
import type { ClientRules } from "./ClientRules.ts"
import type { Parameters } from "./Parameters.ts"
import { type Check, refuse } from "./Refusal.ts"
import * as ResponseMode from "./ResponseMode.ts"

export const responseType = (parameters: Parameters, client: Client, rules: ClientRules): Check<ResponseType> => {
  const text = parameters.get("response_type")
  if (text === undefined) return refuse("invalid_request", "response_type is missing")
  const type = ResponseMode.responseType(text)
  if (type === undefined) return refuse("unsupported_response_type", "response_type is not supported")
  const { grant_types } = client.metadata
  const words = type.split(" ")
  const mayCode = !words.includes("code") || grant_types.includes("authorization_code")
  const mayToken = words.every((word) => word === "code") || grant_types.includes("implicit")
  return rules.responseTypes.includes(type) && mayCode && mayToken
    ? Result.succeed(type)
    : refuse("unauthorized_client", `the client is not registered for response_type ${type}`)
}

/** Tokens in a query end up in logs and in the history. OAuth 2.0 Multiple Response Types §3.0. */
export const responseMode = (parameters: Parameters, redirectUri: string, type: ResponseType): Check<void> => {
  const text = parameters.get("response_mode")
  const mode = text === undefined ? ResponseMode.byDefault(type) : ResponseMode.named(text)
  if (mode === undefined) return refuse("invalid_request", "response_mode is not supported: query, fragment, form_post")
  if (mode === "query" && type !== "code") return refuse("invalid_request", "response_mode query cannot carry tokens")
  return ResponseMode.reaches(mode, redirectUri)
    ? Result.void
    : refuse("invalid_request", "response_mode form_post needs an http or https redirect_uri")
}

/**
 * An ID token is given with `openid` only (OIDC Core §3.1.2.1), and without a code there is nothing that could be
 * refreshed: offline_access is ignored (§11).
 */
export const scopesFor = (type: ResponseType, scopes: ReadonlyArray<string>): Check<ReadonlyArray<string>> => {
  if (type.includes("id_token") && !scopes.includes("openid")) {
    return refuse("invalid_scope", "openid is required with an ID token")
  }
  return Result.succeed(type.includes("code") ? scopes : scopes.filter((name) => name !== "offline_access"))
}

/** Whoever takes an ID token from the front channel can tell a replayed one only by the nonce. OIDC Core §3.2.2.1. */
export const nonceFor = (parameters: Parameters, type: ResponseType): Check<string | null> => {
  const nonce = parameters.get("nonce") ?? null
  return nonce === null && type.includes("id_token")
    ? refuse("invalid_request", "nonce is required with an ID token from the authorization endpoint")
    : Result.succeed(nonce)
}

/** A token that is given at once is for one resource server or for this provider, and nobody is asked again which. */
export const oneTarget = (
  type: ResponseType,
  scopes: ReadonlyArray<string>,
  resources: ReadonlyArray<string>
): Check<ReadonlyArray<string>> =>
  type.split(" ").includes("token") && resources.length > 1 && !scopes.includes("openid")
    ? refuse("invalid_target", "a token is for one resource: ask for one at a time")
    : Result.succeed(resources)

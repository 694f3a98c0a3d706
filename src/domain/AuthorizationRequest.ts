/**
 * The authorization request: one pipeline of named checks. RFC 6749 §4.1.1, OIDC Core §3.1.2.1, RFC 9700 §2.1.
 *
 * What is wrong with `client_id` or `redirect_uri` is told to the person on an error page, because there is nobody
 * trustworthy to redirect to; everything after that goes back to the client.
 */
import { Option, Result, Schema } from "effect"
import { supportedAcr } from "./Authentication.ts"
import { ContextWish, wishOf } from "./AuthenticationContext.ts"
import * as ClaimsRequest from "./ClaimsRequest.ts"
import type { Client } from "./Client.ts"
import { ResponseType } from "./ClientMetadata.ts"
import type { ClientRules } from "./ClientRules.ts"
import { ClientId, Jkt, PushedId } from "./Ids.ts"
import { fromUiLocales } from "./LanguageRange.ts"
import type { Parameters } from "./Parameters.ts"
import { CodeChallenge } from "./Pkce.ts"
import * as RedirectUri from "./RedirectUri.ts"
import { type Check, refuse } from "./Refusal.ts"
import * as ResponseMode from "./ResponseMode.ts"
import { nonceFor, oneTarget, responseMode, responseType, scopesFor } from "./ResponseRules.ts"
import * as Scope from "./Scope.ts"

export const Prompt = Schema.Literals(["none", "login", "consent", "select_account"])
export type Prompt = typeof Prompt.Type

/** How large the pages may be. OIDC Core §3.1.2.1. */
export const Display = Schema.Literals(["page", "popup", "touch", "wap"])
export type Display = typeof Display.Type

/** A request all of whose parameters have been judged. */
export class AuthorizationRequest extends Schema.Class<AuthorizationRequest>("AuthorizationRequest")({
  _tag: Schema.tag("authorization"),
  clientId: ClientId,
  redirectUri: Schema.String,
  redirectUriNamed: Schema.Boolean,
  state: Schema.NullOr(Schema.String),
  scopes: Schema.Array(Schema.String),
  claims: ClaimsRequest.ClaimsRequest,
  /** How the client wants its user to have signed in. */
  acr: Schema.optionalKey(ContextWish),
  nonce: Schema.NullOr(Schema.String),
  codeChallenge: Schema.NullOr(CodeChallenge),
  prompt: Schema.Array(Prompt),
  /** Seconds. */
  maxAge: Schema.NullOr(Schema.Int),
  idTokenHint: Schema.NullOr(Schema.String),
  loginHint: Schema.NullOr(Schema.String),
  /** A value that is not known means nothing. */
  display: Schema.NullOr(Display),
  /** The languages the pages had better be in, the best first. Older steps and pushed requests have none. */
  uiLocales: Schema.optionalKey(Schema.Array(Schema.String)),
  responseType: ResponseType,
  responseMode: ResponseMode.ResponseMode,
  /** RFC 8707 §2.1. */
  resources: Schema.Array(Schema.String),
  /** The key to which the code will be bound. RFC 9449 §10. */
  dpopJkt: Schema.NullOr(Jkt),
  /** The pushed request that this is, and that its answer uses up. RFC 9126 §4. */
  pushed: Schema.NullOr(PushedId)
}) {}

/** Where an answer to the client goes. */
export interface ReplyTo {
  readonly redirectUri: string
  readonly redirectUriNamed: boolean
  readonly state: string | null
  readonly responseMode: ResponseMode.ResponseMode
}

/** What is said on an error page, naming the parameter at fault. */
export interface Unanswerable {
  readonly parameter: string
  readonly description: string
}

/** The client the request names. */
export const clientId = (parameters: Parameters): Result.Result<ClientId, Unanswerable> => {
  if (parameters.repeated.includes("client_id")) {
    return Result.fail({ parameter: "client_id", description: "client_id was sent more than once" })
  }
  const id = Schema.decodeUnknownOption(ClientId)(parameters.get("client_id"))
  return Result.fromOption(id, () => ({ parameter: "client_id", description: "client_id is missing or malformed" }))
}

/** Where answers go: a registered redirect_uri, to the character. RFC 6749 §3.1.2.3, OIDC Core §3.1.2.1. */
export const replyTo = (parameters: Parameters, client: Client): Result.Result<ReplyTo, Unanswerable> => {
  const fail = (description: string) => Result.fail({ parameter: "redirect_uri", description })
  if (parameters.repeated.includes("redirect_uri")) return fail("redirect_uri was sent more than once")
  const named = parameters.get("redirect_uri")
  const registered = client.metadata.redirect_uris
  const state = parameters.get("state") ?? null
  const to = (redirectUri: string, redirectUriNamed: boolean): ReplyTo => ({
    redirectUri,
    redirectUriNamed,
    state,
    responseMode: ResponseMode.ofReply(parameters.get("response_type"), parameters.get("response_mode"), redirectUri)
  })
  if (named === undefined) {
    const [only] = registered
    // OpenID Connect requires redirect_uri; plain OAuth may leave it out if only one is registered.
    const openid = (Scope.parse(parameters.get("scope") ?? "") ?? []).includes("openid")
    return only !== undefined && registered.length === 1 && !openid
      ? Result.succeed(to(only, false))
      : fail("redirect_uri is missing")
  }
  return RedirectUri.matches(registered, named)
    ? Result.succeed(to(named, true))
    : fail("redirect_uri is not registered for this client")
}

/** Judges everything that is not `client_id` or `redirect_uri`. Unknown parameters are ignored. */
export const judge = (
  parameters: Parameters,
  client: Client,
  reply: ReplyTo,
  rules: ClientRules
): Check<AuthorizationRequest> =>
  Result.gen(function* () {
    yield* noRepetition(parameters)
    yield* noRegistration(parameters)
    const type = yield* responseType(parameters, client, rules)
    yield* responseMode(parameters, reply.redirectUri, type)
    const scopes = yield* scopesFor(type, yield* scope(parameters, client))
    const claims = yield* claimsParameter(parameters)
    yield* acrCanBeMet(claims)
    const acr = wishOf(claims, parameters.get("acr_values"), client.metadata.default_acr_values)
    const nonce = yield* nonceFor(parameters, type)
    const codeChallenge = yield* challenge(parameters, type, rules)
    const resources = yield* oneTarget(type, scopes, yield* resourceIndicators(parameters))
    const dpopJkt = yield* keyThumbprint(parameters)
    const prompt = yield* prompts(parameters)
    const maxAge = yield* maximumAge(parameters, client)
    return yield* carried(
      new AuthorizationRequest({
        ...reply,
        clientId: client.id,
        scopes,
        claims,
        ...(acr === undefined ? {} : { acr }),
        nonce,
        codeChallenge,
        prompt,
        maxAge,
        idTokenHint: parameters.get("id_token_hint") ?? null,
        loginHint: parameters.get("login_hint") ?? null,
        display: Display.literals.find((name) => name === parameters.get("display")) ?? null,
        uiLocales: fromUiLocales(parameters.get("ui_locales") ?? ""),
        responseType: type,
        resources,
        dpopJkt,
        pushed: null
      })
    )
  })

/** Characters of a request as an address writes it: the pages carry it, and its state goes back in an address. */
const longest = 9_000

/** Whichever way a request came, it is carried whole or refused, never cut. */
const carried = (request: AuthorizationRequest): Check<AuthorizationRequest> =>
  new URLSearchParams([["request", JSON.stringify(request)]]).toString().length > longest
    ? refuse("invalid_request", "the request is too long")
    : Result.succeed(request)

const noRepetition = (parameters: Parameters): Check<void> => {
  const [repeated] = parameters.repeated
  return repeated === undefined ? Result.void : refuse("invalid_request", `${repeated} was sent more than once`)
}

/** What a client registers it does not send along. OIDC Core §7.2.1. */
const noRegistration = (parameters: Parameters): Check<void> =>
  parameters.get("registration") === undefined
    ? Result.void
    : refuse("registration_not_supported", "registration is not supported")

/** A grant remembers each of them for as long as it lives. */
const mostResources = 10

/** RFC 8707 §2: an absolute URI without a fragment. Which resource servers there are is storage's to say. */
export const resourceIndicators = (parameters: Parameters): Check<ReadonlyArray<string>> => {
  const named = [...new Set(parameters.all("resource"))]
  if (named.length > mostResources) return refuse("invalid_target", `more than ${mostResources} resources at once`)
  return named.every((uri) => URL.canParse(uri) && !uri.includes("#"))
    ? Result.succeed(named)
    : refuse("invalid_target", "resource is not an absolute URI without a fragment")
}

const keyThumbprint = (parameters: Parameters): Check<Jkt | null> => {
  const text = parameters.get("dpop_jkt")
  if (text === undefined) return Result.succeed(null)
  const jkt = Schema.decodeUnknownOption(Jkt)(text)
  return Option.isSome(jkt)
    ? Result.succeed(jkt.value)
    : refuse("invalid_request", "dpop_jkt is not a base64url SHA-256 thumbprint")
}

/** Scopes that are unknown, or not the client's to ask for, are left out. OIDC Core §3.1.2.1. */
export const scope = (parameters: Parameters, client: Client): Check<ReadonlyArray<string>> => {
  const asked = Scope.parse(parameters.get("scope") ?? "")
  if (asked === undefined) return refuse("invalid_scope", "scope has a character that is not allowed")
  const given = asked.filter((name) => client.metadata.scopes.includes(name))
  if (given.length === 0) return refuse("invalid_scope", "scope names nothing that this client may ask for")
  const refreshes = client.metadata.grant_types.includes("refresh_token")
  return Result.succeed(given.filter((name) => name !== "offline_access" || refreshes))
}

const claimsParameter = (parameters: Parameters): Check<ClaimsRequest.ClaimsRequest> => {
  const text = parameters.get("claims")
  if (text === undefined) return Result.succeed(ClaimsRequest.none)
  const claims = ClaimsRequest.parse(text)
  return claims === undefined ? refuse("invalid_request", "claims is not a claims request") : Result.succeed(claims)
}

const acrCanBeMet = (claims: ClaimsRequest.ClaimsRequest): Check<void> =>
  claims.essentialAcr === null ||
  claims.essentialAcr.some((acr) => (supportedAcr as ReadonlyArray<string>).includes(acr))
    ? Result.void
    : refuse("unmet_authentication_requirements", "none of the essential acr values can be reached")

const challenge = (parameters: Parameters, type: ResponseType, rules: ClientRules): Check<CodeChallenge | null> => {
  const text = parameters.get("code_challenge")
  const method = parameters.get("code_challenge_method")
  if (text === undefined) {
    if (method !== undefined) return refuse("invalid_request", "code_challenge_method without code_challenge")
    return rules.pkce && type.includes("code")
      ? refuse("invalid_request", "code_challenge is required")
      : Result.succeed(null)
  }
  // RFC 7636 §4.3: no method means plain, which is not accepted.
  if (method !== "S256") return refuse("invalid_request", "code_challenge_method must be S256")
  const decoded = Schema.decodeUnknownOption(CodeChallenge)(text)
  return Option.isSome(decoded)
    ? Result.succeed(decoded.value)
    : refuse("invalid_request", "code_challenge is not a base64url SHA-256")
}

const prompts = (parameters: Parameters): Check<ReadonlyArray<Prompt>> => {
  const words = (parameters.get("prompt") ?? "").split(" ").filter((word) => word !== "")
  const known = Schema.decodeUnknownOption(Schema.Array(Prompt))(words)
  if (Option.isNone(known)) return refuse("invalid_request", "prompt has an unknown value")
  return known.value.includes("none") && known.value.length > 1
    ? refuse("invalid_request", "prompt none cannot be combined")
    : Result.succeed(known.value)
}

const maximumAge = (parameters: Parameters, client: Client): Check<number | null> => {
  const text = parameters.get("max_age")
  if (text === undefined) return Result.succeed(client.metadata.default_max_age ?? null)
  return /^[0-9]{1,9}$/.test(text)
    ? Result.succeed(Number(text))
    : refuse("invalid_request", "max_age is not a number of seconds")
}

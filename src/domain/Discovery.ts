/** The provider's metadata, for OpenID Connect Discovery §3 and RFC 8414 §2. */
import { supportedAcr } from "./Authentication.ts"
import { AuthMethod, ClientAlg, GrantType, KeyAlg, ResponseType, SigningAlg } from "./ClientMetadata.ts"
import { Prompt } from "./AuthorizationRequest.ts"
import { proofAlgs } from "./Dpop.ts"
import { languages } from "./Language.ts"
import { ResponseMode } from "./ResponseMode.ts"
import { claimNamesOf, type ScopeMapping } from "./ScopeMapping.ts"
import * as Scope from "./Scope.ts"

/** The paths of the endpoints; the router and the documents use the same ones. */
export const paths = {
  authorization: "/authorize",
  token: "/token",
  userinfo: "/userinfo",
  jwks: "/.well-known/jwks.json",
  introspection: "/introspect",
  revocation: "/revoke",
  endSession: "/logout",
  pushedAuthorizationRequest: "/par",
  registration: "/register",
  clientConfiguration: "/register/:client_id",
  initiateLogin: "/initiate",
  deviceAuthorization: "/device_authorization",
  device: "/device",
  checkSession: "/check_session",
  sessionToken: "/session/token",
  sessionVerification: "/session/verify",
  sessionStatus: "/session/status",
  sessionRefresh: "/session/refresh",
  health: "/health",
  openidConfiguration: "/.well-known/openid-configuration",
  oauthAuthorizationServer: "/.well-known/oauth-authorization-server"
} as const

/** The claims a token or userinfo may hold. */
const claimsSupported = [
  "sub",
  "iss",
  "aud",
  "exp",
  "iat",
  "auth_time",
  "nonce",
  "acr",
  "amr",
  "at_hash",
  "c_hash",
  "s_hash",
  "sid",
  ...Scope.standardClaims
]

/** What of the provider's configuration its metadata tell. */
interface Described {
  readonly issuer: string
  readonly requirePushedRequests: boolean
  readonly registration: "closed" | "token" | "open"
}

/** The metadata document; `issuer` is the configured one, to the character. */
export const metadata = (
  { issuer, registration, requirePushedRequests }: Described,
  mappings: ReadonlyArray<ScopeMapping>
): Readonly<Record<string, unknown>> => {
  const confidential = AuthMethod.literals.filter((method) => method !== "none")
  return {
    issuer,
    authorization_endpoint: issuer + paths.authorization,
    pushed_authorization_request_endpoint: issuer + paths.pushedAuthorizationRequest,
    require_pushed_authorization_requests: requirePushedRequests,
    token_endpoint: issuer + paths.token,
    userinfo_endpoint: issuer + paths.userinfo,
    jwks_uri: issuer + paths.jwks,
    introspection_endpoint: issuer + paths.introspection,
    revocation_endpoint: issuer + paths.revocation,
    end_session_endpoint: issuer + paths.endSession,
    check_session_iframe: issuer + paths.checkSession,
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    // This provider's own (docs/decisions/0024-sessions.md).
    hapax_session_token_endpoint: issuer + paths.sessionToken,
    hapax_session_verification_endpoint: issuer + paths.sessionVerification,
    hapax_session_status_endpoint: issuer + paths.sessionStatus,
    hapax_session_refresh_endpoint: issuer + paths.sessionRefresh,
    device_authorization_endpoint: issuer + paths.deviceAuthorization,
    ...(registration === "closed" ? {} : { registration_endpoint: issuer + paths.registration }),
    scopes_supported: [...Scope.supported, ...mappings.map(({ scope }) => scope)],
    response_types_supported: ResponseType.literals,
    response_modes_supported: ResponseMode.literals,
    grant_types_supported: GrantType.literals,
    acr_values_supported: supportedAcr,
    subject_types_supported: ["public", "pairwise"],
    id_token_signing_alg_values_supported: SigningAlg.literals,
    userinfo_signing_alg_values_supported: SigningAlg.literals,
    token_endpoint_auth_methods_supported: AuthMethod.literals,
    token_endpoint_auth_signing_alg_values_supported: ClientAlg.literals,
    introspection_endpoint_auth_methods_supported: confidential,
    introspection_endpoint_auth_signing_alg_values_supported: ClientAlg.literals,
    revocation_endpoint_auth_methods_supported: AuthMethod.literals,
    revocation_endpoint_auth_signing_alg_values_supported: ClientAlg.literals,
    dpop_signing_alg_values_supported: proofAlgs,
    display_values_supported: ["page", "popup"],
    claim_types_supported: ["normal"],
    claims_supported: [...claimsSupported, ...claimNamesOf(mappings.map(({ metadata }) => metadata))],
    claims_parameter_supported: true,
    request_parameter_supported: true,
    request_uri_parameter_supported: true,
    require_request_uri_registration: true,
    request_object_signing_alg_values_supported: ["none", ...KeyAlg.literals],
    code_challenge_methods_supported: ["S256"],
    authorization_response_iss_parameter_supported: true,
    prompt_values_supported: Prompt.literals,
    ui_locales_supported: languages
  }
}

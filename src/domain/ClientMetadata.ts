/** What describes a client, as its developer knows it. RFC 7591 §2, OIDC Dynamic Registration §2. */
import { Schema } from "effect"
import { RedirectUri } from "./RedirectUri.ts"
import { supported } from "./Scope.ts"

export const AuthMethod = Schema.Literals([
  "client_secret_basic",
  "client_secret_post",
  "client_secret_jwt",
  "private_key_jwt",
  "none"
])
export type AuthMethod = typeof AuthMethod.Type

/** The grant type of a device. RFC 8628 §3.4. */
export const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

export const GrantType = Schema.Literals([
  "authorization_code",
  "refresh_token",
  "implicit",
  "client_credentials",
  deviceGrant
])
export type GrantType = typeof GrantType.Type

/** OAuth 2.0 Multiple Response Types §3 and §5, without `token` and `none`: a token alone proves nothing. */
export const ResponseType = Schema.Literals([
  "code",
  "id_token",
  "id_token token",
  "code id_token",
  "code token",
  "code id_token token"
])
export type ResponseType = typeof ResponseType.Type

/** What the provider signs with. RFC 7518 §3.1, RFC 8037 (EdDSA is Ed25519 here). */
export const SigningAlg = Schema.Literals(["RS256", "ES256", "PS256", "EdDSA"])
export type SigningAlg = typeof SigningAlg.Type

/** What a client signs with by a key of its own. RFC 7518 §3.1, RFC 8037, RFC 9864. */
export const KeyAlg = Schema.Literals([
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519"
])
export type KeyAlg = typeof KeyAlg.Type

/** What a client signs with, by a key of its own or, of the last three, by its secret. RFC 7518 §3.1. */
export const ClientAlg = Schema.Literals([...KeyAlg.literals, "HS256", "HS384", "HS512"])
export type ClientAlg = typeof ClientAlg.Type

/** An algorithm of a key by one name: Ed25519 is what EdDSA has been called since RFC 9864 §2.2. */
export const algName = (alg: unknown): unknown => (alg === "Ed25519" ? "EdDSA" : alg)

/** Whether this is signed with by a secret that two share, and not by a key. RFC 7518 §3.2. */
export const isBySecret = (alg: ClientAlg): alg is Exclude<ClientAlg, KeyAlg> => alg.startsWith("HS")

/** A web address to show as a link; never `javascript:` or `data:`. */
const Link = Schema.String.pipe(
  Schema.check(
    Schema.isMaxLength(2048),
    Schema.makeFilter((uri: string) =>
      URL.canParse(uri) && /^https?:$/.test(new URL(uri).protocol) ? undefined : "must be an http or https URL"
    )
  )
)

/** An address that the provider or a browser of its users asks for: `RemoteAddress.ts` says which are asked at all. */
const Remote = Link

/** A set of public keys. RFC 7517 §5. */
export const Jwks = Schema.Struct({ keys: Schema.Array(Schema.Record(Schema.String, Schema.Unknown)) })
export type Jwks = typeof Jwks.Type

const shortText = Schema.String.pipe(Schema.check(Schema.isMaxLength(200)))

export const ClientMetadata = Schema.Struct({
  client_name: Schema.optionalKey(shortText),
  client_uri: Schema.optionalKey(Link),
  logo_uri: Schema.optionalKey(Link),
  policy_uri: Schema.optionalKey(Link),
  tos_uri: Schema.optionalKey(Link),
  contacts: Schema.optionalKey(Schema.Array(shortText)),
  software_id: Schema.optionalKey(shortText),
  software_version: Schema.optionalKey(shortText),
  application_type: Schema.optionalKey(Schema.Literals(["web", "native"])),
  redirect_uris: Schema.Array(RedirectUri),
  post_logout_redirect_uris: Schema.Array(RedirectUri),
  grant_types: Schema.Array(GrantType),
  response_types: Schema.Array(ResponseType),
  /** The scopes it may ask for. */
  scopes: Schema.Array(Schema.String),

  token_endpoint_auth_method: AuthMethod,
  /** Held to exactly the registered method; otherwise Basic and the body are the same to a confidential client. */
  auth_method_strict: Schema.Boolean,
  token_endpoint_auth_signing_alg: Schema.optionalKey(ClientAlg),
  jwks: Schema.optionalKey(Jwks),
  jwks_uri: Schema.optionalKey(Remote),

  id_token_signed_response_alg: SigningAlg,
  /** Userinfo as a signed JWT; as JSON if it is absent. OIDC Core §5.3.2. */
  userinfo_signed_response_alg: Schema.optionalKey(SigningAlg),
  subject_type: Schema.optionalKey(Schema.Literals(["public", "pairwise"])),
  sector_identifier_uri: Schema.optionalKey(Remote),

  /** Seconds, as many as the parameter `max_age` may say. OIDC Dynamic Registration §2. */
  default_max_age: Schema.optionalKey(
    Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 999_999_999 })))
  ),
  require_auth_time: Schema.optionalKey(Schema.Boolean),
  default_acr_values: Schema.optionalKey(Schema.Array(shortText)),
  require_pkce: Schema.Boolean,
  /** RFC 9126 §6. */
  require_pushed_authorization_requests: Schema.optionalKey(Schema.Boolean),
  /** RFC 9101 §10.5. */
  require_signed_request_object: Schema.optionalKey(Schema.Boolean),
  /** `none` means that the client may send request objects without a signature. */
  request_object_signing_alg: Schema.optionalKey(Schema.Union([KeyAlg, Schema.Literal("none")])),
  request_uris: Schema.optionalKey(Schema.Array(Remote)),
  /** RFC 9449 §5.2. */
  dpop_bound_access_tokens: Schema.optionalKey(Schema.Boolean),
  /** Where a login that somebody else suggests begins. OIDC Core §4. */
  initiate_login_uri: Schema.optionalKey(Remote),

  /** OIDC Front-Channel Logout §2, Back-Channel Logout §2.2. */
  frontchannel_logout_uri: Schema.optionalKey(Remote),
  frontchannel_logout_session_required: Schema.optionalKey(Schema.Boolean),
  backchannel_logout_uri: Schema.optionalKey(Remote),
  backchannel_logout_session_required: Schema.optionalKey(Schema.Boolean),

  /** All rules of a security profile together; `ClientRules.ts` says which those are. */
  profile: Schema.optionalKey(Schema.Literal("fapi2"))
})
export type ClientMetadata = typeof ClientMetadata.Type

/** What a client is unless it says otherwise (RFC 7591 §2). */
export const defaultMetadata: ClientMetadata = {
  redirect_uris: [],
  post_logout_redirect_uris: [],
  token_endpoint_auth_method: "client_secret_basic",
  auth_method_strict: false,
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  scopes: [...supported],
  id_token_signed_response_alg: "RS256",
  require_pkce: false
}

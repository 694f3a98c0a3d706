/** A registered client: its metadata, and what it may ask for. RFC 7591 §2, OIDC Dynamic Registration §2. */
import { Schema } from "effect"
import { ClientId } from "./Ids.ts"
import { RedirectUri } from "./RedirectUri.ts"
import { supported } from "./Scope.ts"

export const AuthMethod = Schema.Literals(["client_secret_basic", "client_secret_post", "none"])
export type AuthMethod = typeof AuthMethod.Type

export const GrantType = Schema.Literals(["authorization_code", "refresh_token"])
export const ResponseType = Schema.Literals(["code"])
export const SigningAlg = Schema.Literals(["RS256", "ES256"])
export type SigningAlg = typeof SigningAlg.Type

/** A stored client secret: SHA-256 over salt and secret. Salted, so that equal secrets do not look equal. */
export const StoredSecret = Schema.Struct({ salt: Schema.String, digest: Schema.String })
export type StoredSecret = typeof StoredSecret.Type

/** A web address to show as a link; never `javascript:` or `data:`. */
const Link = Schema.String.pipe(
  Schema.check(
    Schema.isMaxLength(2048),
    Schema.makeFilter((uri: string) =>
      URL.canParse(uri) && /^https?:$/.test(new URL(uri).protocol) ? undefined : "must be an http or https URL"
    )
  )
)

/** What describes a client, as its developer knows it. */
export const ClientMetadata = Schema.Struct({
  client_name: Schema.optionalKey(Schema.String.pipe(Schema.check(Schema.isMaxLength(200)))),
  client_uri: Schema.optionalKey(Link),
  logo_uri: Schema.optionalKey(Link),
  policy_uri: Schema.optionalKey(Link),
  tos_uri: Schema.optionalKey(Link),
  redirect_uris: Schema.Array(RedirectUri),
  post_logout_redirect_uris: Schema.Array(RedirectUri),
  token_endpoint_auth_method: AuthMethod,
  /** Held to exactly the registered method; otherwise Basic and the body are the same to a confidential client. */
  auth_method_strict: Schema.Boolean,
  grant_types: Schema.Array(GrantType),
  response_types: Schema.Array(ResponseType),
  /** The scopes it may ask for. */
  scopes: Schema.Array(Schema.String),
  id_token_signed_response_alg: SigningAlg,
  /** Seconds. OIDC Dynamic Registration §2. */
  default_max_age: Schema.optionalKey(Schema.Int.pipe(Schema.check(Schema.isGreaterThanOrEqualTo(0)))),
  require_pkce: Schema.Boolean
})
export type ClientMetadata = typeof ClientMetadata.Type

/** A client as D1 keeps it. `version` counts its changes; times in milliseconds. */
export class Client extends Schema.Class<Client>("Client")({
  id: ClientId,
  metadata: ClientMetadata,
  secrets: Schema.Array(StoredSecret),
  version: Schema.Int,
  createdAt: Schema.Int,
  updatedAt: Schema.Int
}) {}

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

export const isPublic = (client: Client): boolean => client.metadata.token_endpoint_auth_method === "none"

/** PKCE is demanded of public clients always (RFC 9700 §2.1.1), of others if they are registered for it. */
export const mustUsePkce = (client: Client): boolean => isPublic(client) || client.metadata.require_pkce

export const nameOf = (client: Client): string => client.metadata.client_name ?? client.id

/** Whether a client may authenticate by `method`. */
export const mayAuthenticateBy = (client: Client, method: AuthMethod): boolean => {
  const registered = client.metadata.token_endpoint_auth_method
  if (registered === method) return true
  return registered !== "none" && method !== "none" && !client.metadata.auth_method_strict
}

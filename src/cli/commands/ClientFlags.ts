/** The flags that describe a client, and the members of its metadata that they stand for. RFC 7591 §2. */
import { Option } from "effect"
import { Flag } from "effect/cli"
import { AuthMethod, ClientAlg } from "../../domain/ClientMetadata.ts"
import { secretFlags } from "../Secrets.ts"

const text = (name: string, what: string) => Flag.String(name).pipe(Flag.withDescription(what), Flag.optional)

/** A flag that may be given again and again; what is between spaces counts as given by itself. */
const several = (name: string, what: string) =>
  Flag.String(name).pipe(
    Flag.withDescription(`${what}; may be repeated`),
    Flag.atLeast(0),
    Flag.map((values) => values.flatMap((value) => value.split(/\s+/)).filter((value) => value !== ""))
  )

/** Undefined if neither `--flag` nor `--no-flag` was given. */
const either = (name: string, what: string) => Flag.Boolean(name).pipe(Flag.withDescription(what), Flag.optional)

export const metadataFlags = {
  name: text("name", "What people read on the consent page"),
  redirectUris: several("redirect-uri", "Where answers may be sent"),
  postLogoutRedirectUris: several("post-logout-redirect-uri", "Where to go after signing out"),
  authMethod: Flag.Literals("auth-method", AuthMethod.literals).pipe(
    Flag.withDescription("How it authenticates at the token endpoint"),
    Flag.optional
  ),
  authAlg: Flag.Literals("auth-signing-alg", ClientAlg.literals).pipe(
    Flag.withDescription("Signs its assertions (private_key_jwt, client_secret_jwt); any that is safe if not given"),
    Flag.optional
  ),
  jwks: Flag.FileParse("jwks", { format: "json" }).pipe(
    Flag.withDescription("A file with its public keys, a JWK set"),
    Flag.optional
  ),
  jwksUri: text("jwks-uri", "Where its public keys are, a JWK set"),
  isPublic: Flag.Boolean("public").pipe(
    Flag.withDescription("A client that can keep no secret: --auth-method none"),
    Flag.withDefault(false)
  ),
  strictAuthMethod: either("strict-auth-method", "Refuse any other way to authenticate than the registered one"),
  grantTypes: several("grant-type", "authorization_code, refresh_token"),
  responseTypes: several("response-type", "code"),
  scopes: several("scope", "What it may ask for, also separated by spaces"),
  alg: Flag.Literals("alg", ["RS256", "ES256"]).pipe(Flag.withDescription("Signs its ID tokens"), Flag.optional),
  requirePkce: either("require-pkce", "Demand PKCE; of a public client it always is"),
  maxAge: Flag.Int("default-max-age").pipe(
    Flag.withDescription("Seconds after which its users sign in again"),
    Flag.optional
  ),
  clientUri: text("client-uri", "Its home page"),
  logoUri: text("logo-uri", "Its logo"),
  policyUri: text("policy-uri", "Its privacy policy"),
  tosUri: text("tos-uri", "Its terms of service")
}

export const secret = secretFlags("secret", "Its secret; HAPAX_CLIENT_SECRET, if it is set, or one is drawn")

type Flags = {
  readonly [Key in keyof typeof metadataFlags]: (typeof metadataFlags)[Key] extends Flag.Flag<infer A> ? A : never
}

/** The members that were given. A list that was not given is not an empty one. */
export const metadataOf = (flags: Flags): Record<string, unknown> => {
  const given: Record<string, unknown> = {
    client_name: Option.getOrUndefined(flags.name),
    redirect_uris: listed(flags.redirectUris),
    post_logout_redirect_uris: listed(flags.postLogoutRedirectUris),
    token_endpoint_auth_method: flags.isPublic ? "none" : Option.getOrUndefined(flags.authMethod),
    token_endpoint_auth_signing_alg: Option.getOrUndefined(flags.authAlg),
    ...keysOf(flags),
    auth_method_strict: Option.getOrUndefined(flags.strictAuthMethod),
    grant_types: listed(flags.grantTypes),
    response_types: listed(flags.responseTypes),
    scopes: listed(flags.scopes),
    id_token_signed_response_alg: Option.getOrUndefined(flags.alg),
    require_pkce: Option.getOrUndefined(flags.requirePkce),
    default_max_age: Option.getOrUndefined(flags.maxAge),
    client_uri: Option.getOrUndefined(flags.clientUri),
    logo_uri: Option.getOrUndefined(flags.logoUri),
    policy_uri: Option.getOrUndefined(flags.policyUri),
    tos_uri: Option.getOrUndefined(flags.tosUri)
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** Keys are in one place: those that are given take the place of an address, and the other way round. RFC 7591 §2. */
const keysOf = ({ jwks, jwksUri }: Pick<Flags, "jwks" | "jwksUri">) => ({
  jwks: Option.getOrUndefined(jwks) ?? (Option.isSome(jwksUri) ? null : undefined),
  jwks_uri: Option.getOrUndefined(jwksUri) ?? (Option.isSome(jwks) ? null : undefined)
})

const listed = (values: ReadonlyArray<string>) => (values.length === 0 ? undefined : values)

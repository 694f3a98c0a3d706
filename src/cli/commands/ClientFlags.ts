/** The flags that describe a client, by the members of its metadata that they stand for. RFC 7591 §2. */
import { Option } from "effect"
import { Flag } from "effect/cli"
import { AuthMethod, ClientAlg, SigningAlg } from "../../domain/ClientMetadata.ts"
import { secretFlags } from "../Secrets.ts"

const text = (name: string, what: string) => Flag.String(name).pipe(Flag.withDescription(what), Flag.optional)

/** One of a few words. */
const word = <const Words extends ReadonlyArray<string>>(name: string, words: Words, what: string) =>
  Flag.Literals(name, words).pipe(Flag.withDescription(what), Flag.optional)

/** A flag that may be given again and again. A list that was not given is not an empty one. */
const repeated = (name: string, what: string) =>
  Flag.String(name).pipe(
    Flag.withDescription(`${what}; may be repeated`),
    Flag.atLeast(0),
    Flag.map((values) => (values.length === 0 ? Option.none() : Option.some(values)))
  )

/** The same, where what is between spaces counts as given by itself. */
const several = (name: string, what: string) =>
  repeated(name, what).pipe(
    Flag.map(Option.map((values) => values.flatMap((value) => value.split(/\s+/)).filter((value) => value !== "")))
  )

/** Undefined if neither `--flag` nor `--no-flag` was given. */
const either = (name: string, what: string) => Flag.Boolean(name).pipe(Flag.withDescription(what), Flag.optional)

const members = {
  client_name: text("name", "What people read on the consent page"),
  client_uri: text("client-uri", "Its home page"),
  logo_uri: text("logo-uri", "Its logo"),
  policy_uri: text("policy-uri", "Its privacy policy"),
  tos_uri: text("tos-uri", "Its terms of service"),
  contacts: repeated("contact", "Who looks after it, such as an e-mail address"),
  application_type: word("application-type", ["web", "native"], "web unless it runs on its users' machines"),
  profile: word("profile", ["fapi2"], "Held to all rules of a security profile"),

  redirect_uris: several("redirect-uri", "Where answers may be sent"),
  post_logout_redirect_uris: several("post-logout-redirect-uri", "Where to go after signing out"),
  frontchannel_logout_uri: text("frontchannel-logout-uri", "Shown to a browser that signs out"),
  backchannel_logout_uri: text("backchannel-logout-uri", "Told of sessions that end"),
  initiate_login_uri: text("initiate-login-uri", "Where a login that somebody else suggests begins"),

  grant_types: several("grant-type", "authorization_code, refresh_token, implicit, client_credentials, …"),
  response_types: repeated("response-type", 'code, "code id_token", …'),
  scopes: several("scope", "What it may ask for, also separated by spaces"),

  token_endpoint_auth_method: word("auth-method", AuthMethod.literals, "How it authenticates at the token endpoint"),
  token_endpoint_auth_signing_alg: word(
    "auth-signing-alg",
    ClientAlg.literals,
    "Signs its assertions (private_key_jwt, client_secret_jwt); any that is safe if not given"
  ),
  auth_method_strict: either("strict-auth-method", "Refuse any other way to authenticate than the registered one"),
  jwks: Flag.FileParse("jwks", { format: "json" }).pipe(
    Flag.withDescription("A file with its public keys, a JWK set"),
    Flag.optional
  ),
  jwks_uri: text("jwks-uri", "Where its public keys are, a JWK set"),

  id_token_signed_response_alg: word("alg", SigningAlg.literals, "Signs its ID tokens"),
  userinfo_signed_response_alg: word(
    "userinfo-alg",
    SigningAlg.literals,
    "Signs what userinfo tells it; JSON if not given"
  ),
  subject_type: word("subject-type", ["public", "pairwise"], "Whether others know its users by the same sub"),
  sector_identifier_uri: text("sector-identifier-uri", "The document that says whose sub is the same"),
  require_pkce: either("require-pkce", "Demand PKCE; of a public client it always is"),
  require_pushed_authorization_requests: either("require-par", "Demand that authorization requests are pushed"),
  require_signed_request_object: either("require-signed-requests", "Demand signed request objects"),
  dpop_bound_access_tokens: either("dpop-bound", "Demand proofs of possession (DPoP)"),
  request_uris: several("request-uri", "Where request objects may be fetched"),
  default_max_age: Flag.Int("default-max-age").pipe(
    Flag.withDescription("Seconds after which its users sign in again"),
    Flag.optional
  )
}

const parseJson = Option.liftThrowable((json: string): unknown => JSON.parse(json))

/** `name=value`, where the value is JSON if it can be. */
const readMember = (given: string): Option.Option<readonly [name: string, value: unknown]> => {
  const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(given) ?? []
  return name === "" ? Option.none() : Option.some([name, Option.getOrElse(parseJson(value), () => value)])
}

export const metadataFlags = {
  members,
  isPublic: Flag.Boolean("public").pipe(
    Flag.withDescription("A client that can keep no secret: --auth-method none"),
    Flag.withDefault(false)
  ),
  others: Flag.String("metadata").pipe(
    Flag.filterMap(readMember, (given) => `a member is written name=value, not ${JSON.stringify(given)}`),
    Flag.withDescription(
      "Any member by its name, such as require_auth_time=true: JSON, or else a text; null takes it away; repeatable"
    ),
    Flag.atLeast(0)
  )
}

export const secret = secretFlags("secret", "Its secret; HAPAX_CLIENT_SECRET, if it is set, or one is drawn")

interface Flags {
  readonly members: Readonly<Record<keyof typeof members, Option.Option<unknown>>>
  readonly isPublic: boolean
  readonly others: ReadonlyArray<readonly [name: string, value: unknown]>
}

/** The members that were given. Keys are in one place: a new one takes the place of the other. RFC 7591 §2. */
export const metadataOf = ({ isPublic, members, others }: Flags): Record<string, unknown> => ({
  ...(Option.isSome(members.jwks_uri) ? { jwks: null } : {}),
  ...(Option.isSome(members.jwks) ? { jwks_uri: null } : {}),
  ...Object.fromEntries(
    Object.entries(members).flatMap(([name, flag]) => (Option.isSome(flag) ? [[name, flag.value]] : []))
  ),
  ...(isPublic ? { token_endpoint_auth_method: "none" } : {}),
  ...Object.fromEntries(others)
})

/**
 * The rules a client is held to: what it is registered for, made stricter by its security profile.
 * RFC 9700 §2, FAPI 2.0 Security Profile §5.3.
 *
 * A profile is one switch: all its rules are here, and whoever enforces one asks here and nowhere else, so that a
 * client of the profile cannot be held to a part of it.
 */
import { type Client, isPublic } from "./Client.ts"
import {
  type AuthMethod,
  type ClientAlg,
  type ClientMetadata,
  deviceGrant,
  type ResponseType,
  type SigningAlg
} from "./ClientMetadata.ts"

export interface ClientRules {
  /** Authorization requests are pushed (RFC 9126). */
  readonly pushed: boolean
  /** PKCE is demanded: of public clients always (RFC 9700 §2.1.1), of others if they are registered for it. */
  readonly pkce: boolean
  /** Access tokens are bound to a key of the client (RFC 9449). */
  readonly dpop: boolean
  /** Refresh tokens are replaced at each use. Off where each use proves a key and the client's identity. */
  readonly rotation: boolean
  /** An assertion's audience is the issuer and nothing else, as one string. */
  readonly issuerAudienceOnly: boolean
  /** The most that a code may live, in milliseconds; null for the provider's own bound. */
  readonly codeLifetime: number | null
  /** A request object's word alone counts, and what stands beside it does not (RFC 9101 §6.3, §10.5). */
  readonly objectAlone: boolean
  /** What the client's assertions, request objects and proofs may be signed with; null for all that are known. */
  readonly clientAlgs: ReadonlyArray<ClientAlg> | null
  /** What ID tokens may be signed with; null for all. */
  readonly signingAlgs: ReadonlyArray<SigningAlg> | null
  readonly responseTypes: ReadonlyArray<ResponseType>
  /** Whether devices may ask in its name (RFC 8628): the profile knows no way but a pushed request and a redirect. */
  readonly devices: boolean
}

/** FAPI 2.0 Security Profile §5.4.1: PS256, ES256 or EdDSA. */
export const fapiAlgs = ["PS256", "ES256", "EdDSA"] as const

/** The same for clients, some of which call EdDSA by its newer name (RFC 9864). */
const fapiClientAlgs: ReadonlyArray<ClientAlg> = [...fapiAlgs, "Ed25519"]

export const isFapi = (profile: unknown): boolean => profile === "fapi2"

/** Whether a client of this profile may sign so: for where a grant is at hand and no client is looked up. */
export const mayProveWith = (profile: ClientMetadata["profile"] | undefined, alg: ClientAlg): boolean =>
  !isFapi(profile) || fapiClientAlgs.includes(alg)

/** What is signed with for a client: what it registered, if its profile allows that, or else what the profile does. */
export const allowedAlg = ({ signingAlgs }: Pick<ClientRules, "signingAlgs">, registered: SigningAlg): SigningAlg =>
  signingAlgs === null || signingAlgs.includes(registered) ? registered : (signingAlgs[0] ?? registered)

/** What of a client says with which keys is signed for it. */
export type SigningMetadata = Pick<
  ClientMetadata,
  "profile" | "id_token_signed_response_alg" | "userinfo_signed_response_alg"
>

const signingAlgsOf = (profile: unknown): ReadonlyArray<SigningAlg> | null => (isFapi(profile) ? fapiAlgs : null)

/** All that is signed with for a client. */
export const algsFor = (metadata: SigningMetadata): ReadonlyArray<SigningAlg> => {
  const { id_token_signed_response_alg: idToken, profile, userinfo_signed_response_alg: userinfo } = metadata
  const rules = { signingAlgs: signingAlgsOf(profile) }
  return [allowedAlg(rules, idToken), ...(userinfo === undefined ? [] : [allowedAlg(rules, userinfo)])]
}

export const rulesOf = (client: Client, provider: { readonly requirePushedRequests: boolean }): ClientRules => {
  const { metadata } = client
  const fapi = isFapi(metadata.profile)
  const dpop = fapi || metadata.dpop_bound_access_tokens === true
  return {
    pushed: fapi || provider.requirePushedRequests || metadata.require_pushed_authorization_requests === true,
    pkce: fapi || isPublic(client) || metadata.require_pkce,
    dpop,
    rotation: !fapi,
    issuerAudienceOnly: fapi,
    codeLifetime: fapi ? 60_000 : null,
    objectAlone: fapi || metadata.require_signed_request_object === true,
    clientAlgs: fapi ? fapiClientAlgs : null,
    signingAlgs: signingAlgsOf(metadata.profile),
    responseTypes: metadata.response_types.filter(
      // A token of the front channel can be bound to no key.
      (type) => type === "code" || (!fapi && !(dpop && type.split(" ").includes("token")))
    ),
    devices: !fapi && metadata.grant_types.includes(deviceGrant)
  }
}

/** The methods that show a secret: one is as good as the other unless the client asked to be held to its own. */
const bySecret: ReadonlyArray<AuthMethod> = ["client_secret_basic", "client_secret_post"]

/** Whether a client may authenticate by `method`. */
export const mayAuthenticateBy = (client: Client, method: AuthMethod): boolean => {
  const { profile, token_endpoint_auth_method: registered } = client.metadata
  // Whatever else it was registered for: a secret is sent along with every request, and can be taken from one.
  if (isFapi(profile) && method !== "private_key_jwt") return false
  if (registered === method) return true
  return bySecret.includes(registered) && bySecret.includes(method) && !client.metadata.auth_method_strict
}

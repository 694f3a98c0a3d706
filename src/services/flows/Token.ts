/** The token endpoint: who asks, and for which grant. RFC 6749 §3.2. */
import { Effect } from "effect"
import { deviceGrant } from "../../domain/ClientMetadata.ts"
import { rulesOf } from "../../domain/ClientRules.ts"
import { type ShownProof, unproven } from "../../domain/Dpop.ts"
import { InvalidTarget, UnauthorizedClient, UnsupportedGrantType } from "../../domain/OAuthError.ts"
import { eachOnce, type Parameters, required } from "../../domain/Parameters.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { authenticateClient, type Credentials } from "./client/AuthenticateClient.ts"
import { authorizationCodeGrant } from "./grants/AuthorizationCodeGrant.ts"
import { clientCredentialsGrant } from "./grants/ClientCredentialsGrant.ts"
import { deviceCodeGrant } from "./grants/DeviceCodeGrant.ts"
import { refreshTokenGrant } from "./grants/RefreshTokenGrant.ts"
import { proveKey } from "./token/ProveKey.ts"

const grantTypes = ["authorization_code", "refresh_token", "client_credentials", deviceGrant] as const
type KnownGrantType = (typeof grantTypes)[number]

/** One access token is for one resource server. RFC 8707 §2.2. */
const oneResource = (parameters: Parameters) => {
  const [first, ...others] = new Set(parameters.all("resource"))
  return others.length === 0
    ? Effect.succeed(first)
    : Effect.fail(new InvalidTarget({ error_description: "a token is for one resource: ask for one at a time" }))
}

export const token = Effect.fn("Token")(function* (
  credentials: Credentials,
  parameters: Parameters,
  shown: ShownProof = unproven
) {
  const client = yield* authenticateClient(credentials)
  yield* Effect.fromResult(eachOnce(parameters))
  const type = yield* Effect.fromResult(required(parameters, "grant_type"))
  const known = grantTypes.find((name): name is KnownGrantType => name === type)
  if (known === undefined) return yield* new UnsupportedGrantType({ error_description: "grant_type is not supported" })
  if (!client.metadata.grant_types.includes(known)) {
    return yield* new UnauthorizedClient({
      error_description: "the client is not registered for this grant_type",
      parameter: "grant_type"
    })
  }
  const resource = yield* oneResource(parameters)
  const rules = rulesOf(client, yield* ProviderConfig)
  const proven = yield* proveKey(shown, { required: rules.dpop, algs: rules.clientAlgs })
  const jkt = proven?.jkt
  switch (known) {
    case "authorization_code":
      return yield* authorizationCodeGrant(client, {
        code: yield* Effect.fromResult(required(parameters, "code")),
        redirectUri: parameters.get("redirect_uri"),
        codeVerifier: parameters.get("code_verifier"),
        resource,
        jkt
      })
    case "refresh_token":
      return yield* refreshTokenGrant(client, {
        refreshToken: yield* Effect.fromResult(required(parameters, "refresh_token")),
        scope: parameters.get("scope"),
        resource,
        jkt
      })
    case "client_credentials":
      return yield* clientCredentialsGrant(client, { scope: parameters.get("scope"), resource, jkt })
    case deviceGrant:
      return yield* deviceCodeGrant(client, {
        deviceCode: yield* Effect.fromResult(required(parameters, "device_code")),
        resource,
        jkt
      })
  }
})

/** A client of a security profile says nothing that the profile forbids. FAPI 2.0 Security Profile §5.3.2, §5.4.1. */
import type { ClientFault, ClientRule } from "./ClientFault.ts"
import { type ClientMetadata, deviceGrant } from "./ClientMetadata.ts"
import { fapiAlgs, isFapi } from "./ClientRules.ts"

/** What a client of the profile is unless it says otherwise: the ordinary defaults are not allowed there. */
export const defaultsOf = (profile: unknown): Partial<ClientMetadata> =>
  isFapi(profile)
    ? { token_endpoint_auth_method: "private_key_jwt", id_token_signed_response_alg: "PS256", require_pkce: true }
    : {}

const signing = [
  "id_token_signed_response_alg",
  "userinfo_signed_response_alg",
  "token_endpoint_auth_signing_alg",
  "request_object_signing_alg"
] as const

export const judgeProfile: ClientRule = (metadata): ClientFault | undefined => {
  if (!isFapi(metadata.profile)) return undefined
  const refused = (field: keyof ClientMetadata, reason: string) => ({ field, reason: `${reason} (profile fapi2)` })
  if (metadata.token_endpoint_auth_method !== "private_key_jwt") {
    return refused("token_endpoint_auth_method", "must be private_key_jwt")
  }
  if (metadata.response_types.some((type) => type !== "code")) return refused("response_types", "must be code alone")
  const other = metadata.grant_types.find((type) => type === "implicit" || type === deviceGrant)
  if (other !== undefined) return refused("grant_types", `must not contain ${other}`)
  for (const field of signing) {
    const alg: string | undefined = metadata[field]
    if (alg !== undefined && !fapiAlgs.some((one) => one === alg)) {
      return refused(field, `must be one of ${fapiAlgs.join(", ")}`)
    }
  }
  for (const field of ["dpop_bound_access_tokens", "require_pushed_authorization_requests"] as const) {
    if (metadata[field] === false) return refused(field, "cannot be switched off")
  }
  return undefined
}

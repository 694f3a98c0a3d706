/** How a client authenticates and signs, and the keys for it. RFC 7591 §2, OIDC Core §9, RFC 7523 §2.2. */
import { all, type ClientRule } from "./ClientFault.ts"
import { type ClientMetadata, isBySecret, KeyAlg } from "./ClientMetadata.ts"
import { refusal, signs } from "./PublicKey.ts"

const hasKeys = ({ jwks, jwks_uri }: ClientMetadata): boolean => jwks !== undefined || jwks_uri !== undefined

const keys: ClientRule = ({ jwks, jwks_uri }) => {
  if (jwks !== undefined && jwks_uri !== undefined) return { field: "jwks", reason: "give jwks or jwks_uri, not both" }
  const reason = jwks?.keys.map(refusal).find((one) => one !== undefined)
  return reason === undefined ? undefined : { field: "jwks", reason }
}

const authentication: ClientRule = (metadata) => {
  const { token_endpoint_auth_method: method, token_endpoint_auth_signing_alg: alg } = metadata
  if (method === "private_key_jwt" && !hasKeys(metadata)) {
    return { field: "token_endpoint_auth_method", reason: "private_key_jwt needs jwks or jwks_uri" }
  }
  const mismatched =
    alg !== undefined &&
    ((method === "private_key_jwt" && isBySecret(alg)) || (method === "client_secret_jwt" && !isBySecret(alg)))
  if (mismatched) return { field: "token_endpoint_auth_signing_alg", reason: `${alg} does not go with ${method}` }
  const wanted = alg === undefined ? KeyAlg.literals : [alg]
  return method === "private_key_jwt" && metadata.jwks?.keys.some((key) => signs(key, wanted)) === false
    ? { field: "jwks", reason: `contains no key that signs${alg === undefined ? "" : ` with ${alg}`}` }
    : undefined
}

/** A request object is signed by a key of the client's own, or by nothing. RFC 9101 §10.5. */
const requestObjects: ClientRule = (metadata) => {
  const { request_object_signing_alg: alg, require_signed_request_object: required } = metadata
  if (required === true && alg === "none") {
    return { field: "request_object_signing_alg", reason: "none contradicts require_signed_request_object" }
  }
  return (required === true || (alg !== undefined && alg !== "none")) && !hasKeys(metadata)
    ? { field: "jwks", reason: "signed request objects need jwks or jwks_uri" }
    : undefined
}

export const judgeKeys = all(keys, authentication, requestObjects)

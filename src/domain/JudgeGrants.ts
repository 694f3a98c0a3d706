/** Grant types, response types and scopes that go together. RFC 7591 §2.1, OIDC Dynamic Registration §2. */
import { all, type ClientRule } from "./ClientFault.ts"
import { type ClientMetadata, deviceGrant, type GrantType } from "./ClientMetadata.ts"
import { parse } from "./Scope.ts"

const hasWord = (words: string, ...wanted: ReadonlyArray<string>) =>
  words.split(" ").some((word) => wanted.includes(word))

/** The grant types that a response type is an answer of. */
const grantsOf = (responseType: string): ReadonlyArray<GrantType> => [
  ...(hasWord(responseType, "code") ? (["authorization_code"] as const) : []),
  ...(hasWord(responseType, "id_token", "token") ? (["implicit"] as const) : [])
]

const texts = (value: unknown): ReadonlyArray<string> | undefined =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string") ? value : undefined

/**
 * The one of the two lists that a new client left out, as the other one says it. Without either a client is as
 * `defaultMetadata` says.
 */
export const completed = (
  given: Readonly<Record<string, unknown>>
): Partial<Pick<ClientMetadata, "grant_types" | "response_types">> => {
  const { grant_types: grants, response_types: responses } = given
  const [named, answered] = [texts(grants), texts(responses)]
  if (answered !== undefined && (grants === undefined || grants === null)) {
    const needed = [...new Set(answered.flatMap(grantsOf))]
    return { grant_types: needed.includes("authorization_code") ? [...needed, "refresh_token"] : needed }
  }
  if (named !== undefined && (responses === undefined || responses === null)) {
    if (named.includes("authorization_code")) return { response_types: ["code"] }
    return { response_types: named.includes("implicit") ? ["id_token"] : [] }
  }
  return {}
}

/** The grants that a user agrees to; without one of them, scopes are nobody's. */
const ofUsers: ReadonlyArray<GrantType> = ["authorization_code", "implicit", deviceGrant]

const grantTypes: ClientRule = ({ grant_types, response_types, token_endpoint_auth_method }) => {
  if (grant_types.length === 0) return { field: "grant_types", reason: "a client without one can do nothing" }
  if (grant_types.includes("refresh_token") && !grant_types.some((type) => ofUsers.includes(type))) {
    return { field: "grant_types", reason: "refresh_token needs authorization_code, with which it begins" }
  }
  if (grant_types.includes("client_credentials") && token_endpoint_auth_method === "none") {
    return { field: "token_endpoint_auth_method", reason: "client_credentials needs a client that can authenticate" }
  }
  const wanting = response_types.find((type) => !grantsOf(type).every((grant) => grant_types.includes(grant)))
  if (wanting !== undefined) {
    return { field: "response_types", reason: `${wanting} needs the grant types ${grantsOf(wanting).join(" and ")}` }
  }
  if (grant_types.includes("authorization_code") && !response_types.some((type) => hasWord(type, "code"))) {
    return { field: "response_types", reason: "authorization_code needs a response type with code" }
  }
  return undefined
}

const redirectUris: ClientRule = ({ redirect_uris, response_types }) =>
  response_types.length > 0 && redirect_uris.length === 0
    ? { field: "redirect_uris", reason: "a client that is answered by redirect needs at least one" }
    : undefined

const scopes: ClientRule = ({ grant_types, scopes: asked }) => {
  const wrong = asked.find((scope) => parse(scope)?.[0] !== scope)
  if (wrong !== undefined) return { field: "scopes", reason: `${JSON.stringify(wrong)} is not a scope` }
  return asked.length === 0 && grant_types.some((type) => ofUsers.includes(type))
    ? { field: "scopes", reason: "a client that may ask for nothing can do nothing" }
    : undefined
}

export const judgeGrants = all(grantTypes, redirectUris, scopes)

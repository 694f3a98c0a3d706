/** What a security profile makes stricter. FAPI 2.0 Security Profile §5.3, §5.4. */
import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { Client } from "../../src/domain/Client.ts"
import {
  AuthMethod,
  type ClientMetadata,
  defaultMetadata,
  ResponseType,
  SigningAlg
} from "../../src/domain/ClientMetadata.ts"
import { allowedAlg, mayAuthenticateBy, rulesOf } from "../../src/domain/ClientRules.ts"
import { ClientId } from "../../src/domain/Ids.ts"

const client = (change: Partial<ClientMetadata>) =>
  new Client({
    id: ClientId.make("rp"),
    metadata: { ...defaultMetadata, response_types: ResponseType.literals, ...change },
    secrets: [],
    version: 1,
    createdAt: 0,
    updatedAt: 0
  })

const rules = (change: Partial<ClientMetadata>) => rulesOf(client(change), { requirePushedRequests: false })

describe("the algorithms that sign for a client", () => {
  it("are the registered ones", () => {
    expect(SigningAlg.literals.map((alg) => allowedAlg(rules({}), alg))).toEqual(SigningAlg.literals)
  })

  it("FAPI 2.0 §5.4.1: PS256, ES256 or EdDSA, whatever is registered", () => {
    const allowed = SigningAlg.literals.map((alg) => [alg, allowedAlg(rules({ profile: "fapi2" }), alg)])
    expect(Object.fromEntries(allowed)).toEqual({ RS256: "PS256", ES256: "ES256", PS256: "PS256", EdDSA: "EdDSA" })
  })
})

describe("how a client may authenticate", () => {
  it.prop(
    "FAPI 2.0 §5.3.2.1: by private_key_jwt alone, whatever else it registered",
    [AuthMethod, AuthMethod, Schema.Boolean],
    ([registered, method, auth_method_strict]) => {
      const metadata = { token_endpoint_auth_method: registered, auth_method_strict, profile: "fapi2" } as const
      expect(mayAuthenticateBy(client(metadata), method)).toBe(method === registered && method === "private_key_jwt")
    }
  )
})

describe("the response types that a client may use", () => {
  it("are the registered ones", () => {
    expect(rules({}).responseTypes).toEqual(ResponseType.literals)
    expect(rules({ response_types: ["id_token"] }).responseTypes).toEqual(["id_token"])
  })

  it("RFC 9449: none whose access token could not be bound to the client's key", () => {
    expect(rules({ dpop_bound_access_tokens: true }).responseTypes).toEqual(["code", "id_token", "code id_token"])
  })

  it("FAPI 2.0 §5.3.2.2: code alone", () => {
    expect(rules({ profile: "fapi2" }).responseTypes).toEqual(["code"])
  })
})

describe("request objects", () => {
  it("RFC 9101 §6.3: stand alone where they have to be signed, and for FAPI 2.0", () => {
    expect(rules({}).objectAlone).toBe(false)
    expect(rules({ require_signed_request_object: true }).objectAlone).toBe(true)
    expect(rules({ profile: "fapi2" }).objectAlone).toBe(true)
  })
})

/** What may describe a client, member by member, whoever registers it. RFC 7591 §2, OIDC Dynamic Registration §2. */
import { generateKeyPairSync } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { ClientMetadata, defaultMetadata, deviceGrant } from "../../src/domain/ClientMetadata.ts"
import { newMetadata } from "../../src/services/flows/operator/JudgeMetadata.ts"
import { failureOf, World } from "./World.ts"

const redirect_uris = ["https://rp.example/cb"]

const jwkOf = ({ publicKey }: ReturnType<typeof generateKeyPairSync>): Record<string, unknown> =>
  publicKey.export({ format: "jwk" }) as never
const rsa = jwkOf(generateKeyPairSync("rsa", { modulusLength: 2048 }))
const weak = jwkOf(generateKeyPairSync("rsa", { modulusLength: 1024 }))
const ec = jwkOf(generateKeyPairSync("ec", { namedCurve: "P-256" }))
const ed = jwkOf(generateKeyPairSync("ed25519"))
const x25519 = jwkOf(generateKeyPairSync("x25519"))
const privateKey: Record<string, unknown> = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
  format: "jwk"
}) as never

const jwt = { redirect_uris, token_endpoint_auth_method: "private_key_jwt" }
const fapi = { redirect_uris, profile: "fapi2", jwks: { keys: [ec] } }
const pairwise = { redirect_uris, subject_type: "pairwise" }

type Members = Readonly<Record<string, unknown>>

describe("newMetadata takes", () => {
  const taken: ReadonlyArray<readonly [string, Members, Members]> = [
    [
      "RFC 7591 §2: nothing but where to go, and is the default",
      { redirect_uris },
      { ...defaultMetadata, redirect_uris }
    ],
    [
      "RFC 7591 §2.1: response types, which say the grant types",
      { redirect_uris, response_types: ["code id_token"] },
      { grant_types: ["authorization_code", "implicit", "refresh_token"] }
    ],
    [
      "a response type alone in the browser",
      { redirect_uris, response_types: ["id_token"] },
      { grant_types: ["implicit"] }
    ],
    [
      "Multiple Response Types §1: the words of a response type in any order",
      { redirect_uris, response_types: ["token id_token code"] },
      { response_types: ["code id_token token"] }
    ],
    [
      "RFC 7591 §2.1: grant types, which say the response types",
      { redirect_uris, grant_types: ["authorization_code", "implicit"] },
      { response_types: ["code"] }
    ],
    ["the grant type implicit alone", { redirect_uris, grant_types: ["implicit"] }, { response_types: ["id_token"] }],
    [
      "RFC 8628: a device, which is sent nowhere",
      { grant_types: [deviceGrant, "refresh_token"] },
      { response_types: [] }
    ],
    ["RFC 6749 §4.4: a client that acts for itself", { grant_types: ["client_credentials"], scopes: [] }, {}],
    ["null for a member that is left out", { redirect_uris, client_name: null, jwks: null }, {}],
    ["RFC 7523: a client with keys of its own", { ...jwt, jwks: { keys: [rsa] } }, {}],
    ["a client whose keys are elsewhere", { ...jwt, jwks_uri: "https://rp.example/jwks" }, {}],
    [
      "a key that signs beside one that does not",
      { ...jwt, token_endpoint_auth_signing_alg: "EdDSA", jwks: { keys: [x25519, ed, { ...rsa, use: "enc" }] } },
      {}
    ],
    ["RFC 9864: Ed25519", { ...jwt, token_endpoint_auth_signing_alg: "Ed25519", jwks: { keys: [ed] } }, {}],
    ["client_secret_jwt with HS256", method("client_secret_jwt", "HS256"), {}],
    [
      "OIDC DR §2: a native client on loopback",
      native("http://127.0.0.1/cb", "http://[::1]:1/", "http://localhost/x"),
      {}
    ],
    ["a native client with a scheme of its own", native("com.example.app:/cb"), {}],
    ["RFC 8252 §7.2: a native client with a claimed https address", native("https://app.example/cb"), {}],
    ["one host, of which pairwise subjects are", pairwise, {}],
    [
      "OIDC Core §6.2: request_uris, with their fragments",
      { redirect_uris, request_uris: ["https://rp.example/request#hash"] },
      { request_uris: ["https://rp.example/request#hash"] }
    ],
    [
      "logout addresses, of the same origin where a browser goes",
      {
        redirect_uris,
        frontchannel_logout_uri: "https://rp.example/front?x=1",
        frontchannel_logout_session_required: true,
        backchannel_logout_uri: "https://elsewhere.example/back",
        backchannel_logout_session_required: true
      },
      {}
    ],
    [
      "FAPI 2.0 §5.4.1: the profile, which is PS256 and private_key_jwt unless it says otherwise",
      fapi,
      { id_token_signed_response_alg: "PS256", token_endpoint_auth_method: "private_key_jwt", require_pkce: true }
    ],
    ["the profile with another of its algorithms", { ...fapi, id_token_signed_response_alg: "EdDSA" }, {}]
  ]

  it.effect.each(taken)("%s", ([, given, expected]) =>
    Effect.gen(function* () {
      const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null))
      expect(yield* newMetadata(given)).toMatchObject({ ...known, ...expected })
    }).pipe(Effect.provide(World))
  )
})

function method(token_endpoint_auth_method: string, token_endpoint_auth_signing_alg: string): Members {
  return { redirect_uris, token_endpoint_auth_method, token_endpoint_auth_signing_alg }
}

function native(...uris: ReadonlyArray<string>): Members {
  return { application_type: "native", redirect_uris: uris, response_types: ["code id_token"] }
}

describe("newMetadata refuses, and names the field:", () => {
  const implicit = { response_types: ["id_token"] }
  const refused: ReadonlyArray<readonly [string, Members, string]> = [
    // RFC 7591 §2.1
    [
      "implicit without its grant type",
      { redirect_uris, response_types: ["id_token"], grant_types: [] },
      "grant_types"
    ],
    [
      "a response type whose grant type is missing",
      { redirect_uris, response_types: ["code id_token"], grant_types: ["authorization_code"] },
      "response_types"
    ],
    [
      "authorization_code without code",
      { redirect_uris, response_types: ["id_token"], grant_types: ["authorization_code", "implicit"] },
      "response_types"
    ],
    ["a token alone, which proves nothing", { redirect_uris, response_types: ["token"] }, "response_types[0]"],
    ["refresh_token alone", { redirect_uris, grant_types: ["refresh_token", "client_credentials"] }, "grant_types"],
    ["the password grant (RFC 9700 §2.4)", { redirect_uris, grant_types: ["password"] }, "grant_types[0]"],
    [
      "RFC 6749 §4.4: client_credentials of a public client",
      { grant_types: ["client_credentials"], token_endpoint_auth_method: "none" },
      "token_endpoint_auth_method"
    ],
    ["implicit without an address", implicit, "redirect_uris"],
    // OIDC Dynamic Registration §2
    ["implicit of the web over http", { ...implicit, redirect_uris: ["http://127.0.0.1/cb"] }, "redirect_uris"],
    ["implicit of the web on localhost", { ...implicit, redirect_uris: ["https://localhost/cb"] }, "redirect_uris"],
    ["implicit of the web by a scheme of its own", { ...implicit, redirect_uris: ["com.app.x:/cb"] }, "redirect_uris"],
    ["a native client over http", native("http://rp.example/cb"), "redirect_uris[0]"],
    ["an unknown application_type", { redirect_uris, application_type: "tv" }, "application_type"],
    // Keys
    ["private_key_jwt without keys", jwt, "token_endpoint_auth_method"],
    ["RFC 7591 §2: jwks and jwks_uri", { ...jwt, jwks: { keys: [rsa] }, jwks_uri: "https://rp.example/jwks" }, "jwks"],
    ["a private key", { ...jwt, jwks: { keys: [privateKey] } }, "jwks"],
    ["a private key beside a public one", { ...jwt, jwks: { keys: [ec, privateKey] } }, "jwks"],
    ["a symmetric key", { ...jwt, jwks: { keys: [{ kty: "oct", k: "AAAA" }] } }, "jwks"],
    ["a symmetric key of a client that does not use it", { redirect_uris, jwks: { keys: [{ kty: "oct" }] } }, "jwks"],
    ["RFC 7518 §3.3: RSA under 2048 bits", { ...jwt, jwks: { keys: [weak] } }, "jwks"],
    ["a key of an unknown type", { ...jwt, jwks: { keys: [{ kty: "X" }] } }, "jwks"],
    ["half a key", { ...jwt, jwks: { keys: [{ kty: "EC", crv: "P-256", x: ec["x"] }] } }, "jwks"],
    ["an unknown curve", { ...jwt, jwks: { keys: [{ ...ec, crv: "P-111" }] } }, "jwks"],
    ["a key with something deeper in it", { ...jwt, jwks: { keys: [{ ...ec, own: { a: 1 } }] } }, "jwks"],
    ["a key with a list of anything", { ...jwt, jwks: { keys: [{ ...ec, x5c: [["x"]] }] } }, "jwks"],
    ["a key that is no object", { ...jwt, jwks: { keys: ["x"] } }, "jwks.keys[0]"],
    ["no key at all", { ...jwt, jwks: { keys: [] } }, "jwks"],
    ["keys for encryption alone", { ...jwt, jwks: { keys: [x25519, { ...rsa, use: "enc" }] } }, "jwks"],
    [
      "no key of the registered algorithm",
      { ...jwt, token_endpoint_auth_signing_alg: "RS256", jwks: { keys: [ec] } },
      "jwks"
    ],
    [
      "HS256 of a private key",
      { ...jwt, token_endpoint_auth_signing_alg: "HS256", jwks: { keys: [ec] } },
      "token_endpoint_auth_signing_alg"
    ],
    ["RS256 of a secret", method("client_secret_jwt", "RS256"), "token_endpoint_auth_signing_alg"],
    [
      "mutual TLS, which is not offered",
      { redirect_uris, token_endpoint_auth_method: "tls_client_auth" },
      "token_endpoint_auth_method"
    ],
    [
      "request objects signed by the secret",
      { redirect_uris, request_object_signing_alg: "HS256" },
      "request_object_signing_alg"
    ],
    ["signed request objects without keys", { redirect_uris, request_object_signing_alg: "ES256" }, "jwks"],
    ["required request objects without keys", { redirect_uris, require_signed_request_object: true }, "jwks"],
    [
      "required request objects without signature",
      { redirect_uris, require_signed_request_object: true, request_object_signing_alg: "none" },
      "request_object_signing_alg"
    ],
    [
      "ID tokens without signature",
      { redirect_uris, id_token_signed_response_alg: "none" },
      "id_token_signed_response_alg"
    ],
    [
      "ID tokens signed by the secret",
      { redirect_uris, id_token_signed_response_alg: "HS256" },
      "id_token_signed_response_alg"
    ],
    // Attack 20: what the provider would be made to ask
    ...[
      "http://rp.example/x",
      "https://127.0.0.1/",
      "https://localhost/",
      "https://[::1]/",
      "https://169.254.169.254/",
      "https://10.0.0.1/",
      "https://intranet/",
      "https://u:p@rp.example/",
      "ftp://rp.example/",
      "/x"
    ].flatMap((uri): ReadonlyArray<readonly [string, Members, string]> => [
      [`attack 20: the jwks_uri ${uri}`, { ...jwt, jwks_uri: uri }, "jwks_uri"],
      [
        `attack 20: the sector_identifier_uri ${uri}`,
        { ...pairwise, sector_identifier_uri: uri },
        "sector_identifier_uri"
      ],
      [
        `attack 20: the backchannel_logout_uri ${uri}`,
        { redirect_uris, backchannel_logout_uri: uri },
        "backchannel_logout_uri"
      ]
    ]),
    ["attack 20: a request_uri inside", { redirect_uris, request_uris: ["https://10.1.1.1/#x"] }, "request_uris"],
    [
      "a back-channel address with a fragment",
      { redirect_uris, backchannel_logout_uri: "https://rp.example/#x" },
      "backchannel_logout_uri"
    ],
    [
      "a front-channel address elsewhere",
      { redirect_uris, frontchannel_logout_uri: "https://a.example/" },
      "frontchannel_logout_uri"
    ],
    [
      "a front-channel address on another port",
      { redirect_uris, frontchannel_logout_uri: "https://rp.example:8443/" },
      "frontchannel_logout_uri"
    ],
    [
      "an initiate_login_uri over http",
      { redirect_uris, initiate_login_uri: "http://rp.example/" },
      "initiate_login_uri"
    ],
    [
      "attack 2: a script to initiate login",
      { redirect_uris, initiate_login_uri: "javascript:alert(1)" },
      "initiate_login_uri"
    ],
    [
      "pairwise subjects of two hosts",
      { ...pairwise, redirect_uris: [...redirect_uris, "https://b.example/"] },
      "sector_identifier_uri"
    ],
    ["pairwise subjects of no host", { ...pairwise, redirect_uris: ["com.example.app:/cb"] }, "sector_identifier_uri"],
    [
      "a sector of a client without addresses",
      {
        ...pairwise,
        redirect_uris: [],
        grant_types: ["client_credentials"],
        sector_identifier_uri: "https://s.example/"
      },
      "sector_identifier_uri"
    ],
    // FAPI 2.0
    ["fapi2 without keys", { redirect_uris, profile: "fapi2" }, "token_endpoint_auth_method"],
    [
      "fapi2 with a secret",
      { ...fapi, token_endpoint_auth_method: "client_secret_basic" },
      "token_endpoint_auth_method"
    ],
    ["fapi2 with RS256", { ...fapi, id_token_signed_response_alg: "RS256" }, "id_token_signed_response_alg"],
    [
      "fapi2 with RS256 assertions",
      { ...fapi, token_endpoint_auth_signing_alg: "RS256" },
      "token_endpoint_auth_signing_alg"
    ],
    [
      "fapi2 with userinfo signed by RS256",
      { ...fapi, userinfo_signed_response_alg: "RS256" },
      "userinfo_signed_response_alg"
    ],
    [
      "fapi2 with RS256 request objects",
      { ...fapi, request_object_signing_alg: "RS256" },
      "request_object_signing_alg"
    ],
    ["fapi2 of devices", { ...fapi, grant_types: ["authorization_code", deviceGrant] }, "grant_types"],
    ["fapi2 in the browser", { ...fapi, response_types: ["code id_token"] }, "response_types"],
    ["fapi2 without proof of possession", { ...fapi, dpop_bound_access_tokens: false }, "dpop_bound_access_tokens"],
    [
      "fapi2 without pushing",
      { ...fapi, require_pushed_authorization_requests: false },
      "require_pushed_authorization_requests"
    ],
    ["an unknown profile", { redirect_uris, profile: "fapi3" }, "profile"]
  ]

  it.effect.each(refused)("%s", ([, given, field]) =>
    Effect.gen(function* () {
      const error = yield* failureOf(newMetadata(given))
      expect(error).toMatchObject({ _tag: "InvalidField", field })
      expect(error.message.startsWith(`${field}: `)).toBe(true)
    }).pipe(Effect.provide(World))
  )
})

describe("whatever is given", () => {
  const names = Object.keys(ClientMetadata.fields)
  const Anything = Schema.Union([
    Schema.String,
    Schema.Int,
    Schema.Boolean,
    Schema.Null,
    Schema.Array(Schema.String),
    Schema.Record(Schema.String, Schema.String)
  ])
  const Given = Schema.Array(Schema.Tuple([Schema.Literals(names), Anything]))

  it.effect.prop("it is taken as metadata or refused by a field", [Given], ([entries]) =>
    Effect.gen(function* () {
      const outcome = yield* Effect.result(newMetadata({ redirect_uris, ...Object.fromEntries(entries) }))
      if (outcome._tag === "Failure")
        expect(outcome.failure).toMatchObject({ _tag: "InvalidField", field: expect.any(String) })
      else expect(Schema.decodeUnknownResult(ClientMetadata)(outcome.success)._tag).toBe("Success")
    }).pipe(Effect.provide(World))
  )
})

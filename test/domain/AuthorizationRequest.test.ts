/** The checks of an authorization request. RFC 6749 §4.1.1, OIDC Core §3.1.2.1. */
import { describe, expect, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { clientId, judge, replyTo } from "../../src/domain/AuthorizationRequest.ts"
import { Client } from "../../src/domain/Client.ts"
import { defaultMetadata, ResponseType } from "../../src/domain/ClientMetadata.ts"
import { rulesOf } from "../../src/domain/ClientRules.ts"
import { ClientId } from "../../src/domain/Ids.ts"
import { fromSearchParams } from "../../src/domain/Parameters.ts"
import { RedirectUri } from "../../src/domain/RedirectUri.ts"
import { ofReply } from "../../src/domain/ResponseMode.ts"

const callback = "https://rp.example/cb"
const client = (change: Partial<Client["metadata"]> = {}) =>
  new Client({
    id: ClientId.make("rp"),
    metadata: { ...defaultMetadata, redirect_uris: [RedirectUri.make(callback)], ...change },
    secrets: [],
    version: 1,
    createdAt: 0,
    updatedAt: 0
  })

const good = { client_id: "rp", redirect_uri: callback, response_type: "code", scope: "openid" }

const rules = (of: Client) => rulesOf(of, { requirePushedRequests: false })

const judged = (query: string, of = client()): string => {
  const parameters = fromSearchParams(new URLSearchParams(query))
  const reply = replyTo(parameters, of)
  if (Result.isFailure(reply)) return `page: ${reply.failure.parameter}`
  const request = judge(parameters, of, reply.success, rules(of))
  return Result.isFailure(request) ? request.failure.error : "accepted"
}

const asking = (change: Record<string, string>, of = client()) =>
  judged(new URLSearchParams({ ...good, ...change }).toString(), of)

describe("the authorization request", () => {
  it("is accepted", () => {
    expect(asking({})).toBe("accepted")
  })

  it.each<[string, Record<string, string>, string]>([
    [
      "RFC 6749 §3.1.2.4: an unregistered redirect_uri is never redirected to",
      { redirect_uri: "https://evil/" },
      "page: redirect_uri"
    ],
    ["OIDC Core §3.1.2.1: redirect_uri is REQUIRED", { redirect_uri: "" }, "page: redirect_uri"],
    ["response_type missing", { response_type: "" }, "invalid_request"],
    ["response_type unknown", { response_type: "token" }, "unsupported_response_type"],
    ["response_mode unknown", { response_mode: "x" }, "invalid_request"],
    ["RFC 9126 §2.2: longer than the pages can carry", { state: "s".repeat(9_000) }, "invalid_request"],
    ["longer than an address can carry", { state: "é".repeat(1_500) }, "invalid_request"],
    ["registration is refused by name", { registration: "{}" }, "registration_not_supported"],
    ["no scope that the client may ask for", { scope: "nothing" }, "invalid_scope"],
    ["a scope with a character that is not allowed", { scope: 'openid "' }, "invalid_scope"],
    ["RFC 7636 §4.4.1: plain", { code_challenge: "x".repeat(43), code_challenge_method: "plain" }, "invalid_request"],
    ["no method means plain", { code_challenge: "x".repeat(43) }, "invalid_request"],
    ["a method without a challenge", { code_challenge_method: "S256" }, "invalid_request"],
    ["a challenge that is no SHA-256", { code_challenge: "x", code_challenge_method: "S256" }, "invalid_request"],
    ["OIDC Core §3.1.2.1: prompt none with another value", { prompt: "none login" }, "invalid_request"],
    ["an unknown prompt", { prompt: "dance" }, "invalid_request"],
    ["max_age that is no number", { max_age: "-1" }, "invalid_request"],
    ["claims that is no JSON", { claims: "{" }, "invalid_request"],
    [
      "OIDC Core §5.5.1.1: an essential acr that cannot be reached",
      { claims: '{"id_token":{"acr":{"essential":true,"values":["99"]}}}' },
      "unmet_authentication_requirements"
    ]
  ])("%s", (_title, change, answer) => {
    expect(asking(change)).toBe(answer)
  })

  const tokens = { response_types: ResponseType.literals, grant_types: ["authorization_code", "implicit"] as const }
  const every = client(tokens)

  it.each(ResponseType.literals)(
    "Multiple Response Types §3: %s for a client that is registered for it alone",
    (type) => {
      expect(asking({ response_type: type, nonce: "n" }, client({ ...tokens, response_types: [type] }))).toBe(
        "accepted"
      )
      const without = ResponseType.literals.filter((one) => one !== type)
      expect(asking({ response_type: type, nonce: "n" }, client({ ...tokens, response_types: without }))).toBe(
        "unauthorized_client"
      )
      const reversed = type.split(" ").reverse().join(" ")
      expect(asking({ response_type: reversed, nonce: "n" }, every)).toBe("accepted")
    }
  )

  it.each<[string, Record<string, string>, Client, string]>([
    [
      "RFC 9700 §2.1.2: implicit only for a client with that grant type",
      { response_type: "id_token", nonce: "n" },
      client({ ...tokens, grant_types: ["authorization_code"] }),
      "unauthorized_client"
    ],
    [
      "a code only for a client with that grant type",
      { response_type: "code id_token", nonce: "n" },
      client({ ...tokens, grant_types: ["implicit"] }),
      "unauthorized_client"
    ],
    ["OIDC Core §3.2.2.1: nonce is REQUIRED with id_token", { response_type: "id_token" }, every, "invalid_request"],
    ["OIDC Core §3.3.2.1: and with code id_token", { response_type: "code id_token" }, every, "invalid_request"],
    ["OIDC Core §3.3.2.1: and not with code token", { response_type: "code token" }, every, "accepted"],
    [
      "Multiple Response Types §3: no token goes in a query",
      { response_type: "code token", response_mode: "query" },
      every,
      "invalid_request"
    ],
    ["a code may go in a fragment", { response_mode: "fragment" }, every, "accepted"],
    ["Form Post Response Mode §2", { response_mode: "form_post" }, every, "accepted"],
    [
      "OIDC Core §3.1.2.1: openid is REQUIRED for an ID token",
      { response_type: "id_token token", nonce: "n", scope: "profile" },
      every,
      "invalid_scope"
    ],
    [
      "RFC 8707 §2.2: a token at once is for one resource",
      { response_type: "code token", scope: "profile", resource: "https://a.example/" },
      every,
      "accepted"
    ],
    [
      "RFC 9449 §5: nothing that could not be bound to the client's key",
      { response_type: "code token" },
      client({ ...tokens, dpop_bound_access_tokens: true }),
      "unauthorized_client"
    ],
    [
      "and what is no access token needs no key",
      { response_type: "code id_token", nonce: "n" },
      client({ ...tokens, dpop_bound_access_tokens: true }),
      "accepted"
    ],
    [
      "FAPI 2.0 §5.3.2.2: code alone",
      { response_type: "code id_token", nonce: "n" },
      client({ ...tokens, profile: "fapi2" }),
      "unauthorized_client"
    ]
  ])("%s: %j", (_title, change, of, answer) => {
    expect(asking(change, of)).toBe(answer)
  })

  it("RFC 8707 §2.2: a token at once for several resources and nobody in particular is refused", () => {
    const of = { ...good, response_type: "code token", scope: "profile" }
    const two = "&resource=https://a.example/&resource=https://b.example/"
    expect(judged(`${new URLSearchParams(of)}${two}`, every)).toBe("invalid_target")
    expect(judged(`${new URLSearchParams({ ...of, scope: "openid" })}${two}`, every)).toBe("accepted")
  })

  it("OIDC Core §11: offline_access is ignored where no code is given", () => {
    const scopesOf = (response_type: string) => {
      const asked = { ...good, response_type, nonce: "n", scope: "openid offline_access" }
      const of = client({ ...tokens, grant_types: ["authorization_code", "implicit", "refresh_token"] })
      const parameters = fromSearchParams(new URLSearchParams(asked))
      return Result.getOrThrow(judge(parameters, of, Result.getOrThrow(replyTo(parameters, of)), rules(of))).scopes
    }
    expect(scopesOf("id_token token")).toEqual(["openid"])
    expect(scopesOf("code id_token token")).toEqual(["openid", "offline_access"])
  })

  it("an answer in a form is for the web: an application's own scheme gets it the usual way", () => {
    const own = "com.example.app:/cb"
    const of = client({ redirect_uris: [RedirectUri.make(own)] })
    const asked = { ...good, redirect_uri: own, response_mode: "form_post" }
    expect(asking(asked, of)).toBe("invalid_request")
    const reply = Result.getOrThrow(replyTo(fromSearchParams(new URLSearchParams(asked)), of))
    expect(reply.responseMode).toBe("query")
  })

  it.each([
    ["code", undefined, "query"],
    ["id_token", undefined, "fragment"],
    ["id_token", "query", "fragment"],
    ["code token", "form_post", "form_post"],
    ["code", "fragment", "fragment"],
    ["code", "nonsense", "query"],
    ["nonsense", "form_post", "form_post"],
    [undefined, undefined, "query"]
  ])("an error of response_type %s, response_mode %s goes by %s, as the answer would", (type, mode, expected) => {
    expect(ofReply(type, mode, callback)).toBe(expected)
  })

  it("RFC 6749 §3.1: unknown parameters are ignored, repeated ones are not", () => {
    expect(asking({ unknown: "1", access_type: "offline" })).toBe("accepted")
    expect(judged(`${new URLSearchParams(good)}&nonce=1&nonce=2`)).toBe("invalid_request")
    expect(judged(`${new URLSearchParams(good)}&redirect_uri=https://evil/`)).toBe("page: redirect_uri")
    expect(Result.isFailure(clientId(fromSearchParams(new URLSearchParams("client_id=a&client_id=b"))))).toBe(true)
  })

  it("RFC 9700 §2.1.1: public clients MUST use PKCE", () => {
    const open = client({ token_endpoint_auth_method: "none" })
    expect(asking({}, open)).toBe("invalid_request")
    expect(asking({ code_challenge: "x".repeat(43), code_challenge_method: "S256" }, open)).toBe("accepted")
  })

  it.each(ResponseType.literals)("RFC 9700 §2.1.1: so MUST they for %s, if it gives a code", (response_type) => {
    const open = client({
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "implicit"],
      response_types: [response_type]
    })
    const asked = { response_type, nonce: "n" }
    expect(asking(asked, open)).toBe(response_type.includes("code") ? "invalid_request" : "accepted")
    const proof = { code_challenge: "x".repeat(43), code_challenge_method: "S256" }
    expect(asking({ ...asked, ...proof }, open)).toBe("accepted")
  })

  it("a client that may not refresh does not get offline_access", () => {
    const of = client({ grant_types: ["authorization_code"] })
    const parameters = fromSearchParams(new URLSearchParams({ ...good, scope: "openid offline_access" }))
    const request = judge(parameters, of, Result.getOrThrow(replyTo(parameters, of)), rules(of))
    expect(Result.getOrThrow(request).scopes).toEqual(["openid"])
  })

  it.prop(
    "any value of any parameter is judged; nothing throws",
    [
      Schema.Literals([
        "scope",
        "claims",
        "prompt",
        "max_age",
        "state",
        "nonce",
        "code_challenge",
        "display",
        "id_token_hint"
      ]),
      Schema.String
    ],
    ([name, value]) => typeof asking({ [name]: value }) === "string"
  )
})

/** What a proof has to be about. RFC 9449 §4.2, §4.3; FAPI 2.0 Security Profile §5.3.2.1, §5.4.1. */
import { describe, expect, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { fapiAlgs, mayProveWith } from "../../src/domain/ClientRules.ts"
import { judge, onlyProof, proofAlgs, type ProofDemands, proofLifetime } from "../../src/domain/Dpop.ts"

const now = 1_700_000_000_000
const iat = now / 1000
const ath = "a".repeat(43)
const nonce = "n".repeat(43)

const jwk = { kty: "EC", crv: "P-256", x: "x", y: "y" }
const header = { typ: "dpop+jwt", alg: "ES256", jwk }
const claims = { jti: "1", htm: "POST", htu: "https://id.example/token", iat }

const demands: ProofDemands = {
  method: "POST",
  uri: "https://id.example/token",
  algs: proofAlgs,
  ath: undefined,
  nonces: undefined,
  now
}

type Changes = Readonly<Record<string, unknown>>

/** Without what a change sets to undefined: JSON has no other way to leave something out. */
const changed = (all: Changes, changes: Changes = {}): Changes =>
  Object.fromEntries(Object.entries({ ...all, ...changes }).filter(([, value]) => value !== undefined))

const judged = (of: { header?: Changes; claims?: Changes; demands?: Partial<ProofDemands> } = {}) => {
  const shown = { header: changed(header, of.header), claims: changed(claims, of.claims) }
  const result = judge(shown, { ...demands, ...of.demands })
  return Result.isSuccess(result) ? "good" : result.failure
}

it("RFC 9449 §4.3: a proof that is about its request is good, and tells key, jti and how long it is", () => {
  expect(judge({ header, claims }, demands)).toEqual(
    Result.succeed({ alg: "ES256", jwk, jti: "1", expiresAt: now + proofLifetime })
  )
})

describe("RFC 9449 §4.3 (1, 2): one proof, and a compact JWS", () => {
  const good = "aa.bb.cc"
  it.each([
    [[], "missing"],
    [[good, good], "several"],
    [["aa.bb"], "malformed"],
    [["aa.bb.cc.dd.ee"], "malformed"],
    [["aa..cc"], "malformed"],
    [["aa.bb."], "malformed"],
    [["a a.bb.cc"], "malformed"],
    [["aa.b+b.cc"], "malformed"],
    [[""], "malformed"],
    [[`aa.${"b".repeat(8_192)}.cc`], "malformed"]
  ])("%j: %s", (proofs, defect) => {
    expect(onlyProof(proofs)).toEqual(Result.fail(defect))
  })

  it("the one there is", () => {
    expect(onlyProof([good])).toEqual(Result.succeed(good))
  })
})

describe("RFC 9449 §4.3 (3 to 7): header", () => {
  it.each<[Changes, string]>([
    [{ typ: undefined }, "typ"],
    [{ typ: "JWT" }, "typ"],
    [{ typ: "at+jwt" }, "typ"],
    [{ typ: "dpop+jwt2" }, "typ"],
    [{ typ: ["dpop+jwt"] }, "typ"],
    [{ alg: undefined }, "alg"],
    [{ alg: "none" }, "alg"],
    [{ alg: "HS256" }, "alg"],
    [{ alg: "es256" }, "alg"],
    [{ alg: "RSA-OAEP" }, "alg"],
    [{ alg: ["ES256"] }, "alg"],
    [{ jwk: undefined }, "jwk"],
    [{ jwk: null }, "jwk"],
    [{ jwk: "key" }, "jwk"],
    [{ jwk: [jwk] }, "jwk"],
    [{ jwk: {} }, "jwk"],
    [{ jwk: { kty: "oct", k: "c2VjcmV0" } }, "jwk"],
    [{ jwk: { kty: "oct" } }, "jwk"],
    ...["d", "p", "q", "dp", "dq", "qi", "oth", "k"].map((name): [Changes, string] => [
      { jwk: { ...jwk, [name]: "private" } },
      "jwk"
    ])
  ])("%j: %s", (wrong, defect) => {
    expect(judged({ header: wrong })).toBe(defect)
  })

  it.each([{ typ: "DPoP+JWT" }, { typ: "application/dpop+jwt" }, { jku: "https://evil.example/" }, { kid: 1 }])(
    "RFC 7515 §4.1.9: %j is good",
    (harmless) => {
      expect(judged({ header: harmless })).toBe("good")
    }
  )

  it.each(proofAlgs)("§11.6: %s is asymmetric, and good", (alg) => {
    expect(judged({ header: { alg } })).toBe("good")
  })
})

describe("FAPI 2.0 §5.4.1: PS256, ES256 or EdDSA, and nothing else", () => {
  it.each(proofAlgs)("%s", (alg) => {
    const isAllowed = ["PS256", "ES256", "EdDSA", "Ed25519"].includes(alg)
    expect(mayProveWith("fapi2", alg)).toBe(isAllowed)
    expect(mayProveWith(undefined, alg)).toBe(true)
    const algs = proofAlgs.filter((one) => mayProveWith("fapi2", one))
    expect(judged({ header: { alg }, demands: { algs } })).toBe(isAllowed ? "good" : "alg")
  })

  it("what the provider signs with is among them", () => {
    expect(fapiAlgs.every((alg) => mayProveWith("fapi2", alg))).toBe(true)
  })
})

describe("RFC 9449 §4.3 (8, 9): jti, htm, htu", () => {
  it.each<[Changes, string]>([
    [{ jti: undefined }, "jti"],
    [{ jti: "" }, "jti"],
    [{ jti: 1 }, "jti"],
    [{ jti: "j".repeat(257) }, "jti"],
    [{ htm: undefined }, "htm"],
    [{ htm: "GET" }, "htm"],
    [{ htm: "post" }, "htm"],
    [{ htm: ["POST"] }, "htm"],
    [{ htu: undefined }, "htu"],
    [{ htu: "" }, "htu"],
    [{ htu: "/token" }, "htu"],
    [{ htu: ["https://id.example/token"] }, "htu"],
    [{ htu: "http://id.example/token" }, "htu"],
    [{ htu: "https://id.example/userinfo" }, "htu"],
    [{ htu: "https://id.example/Token" }, "htu"],
    [{ htu: "https://id.example/token/" }, "htu"],
    [{ htu: "https://id.example" }, "htu"],
    [{ htu: "https://id.example:8443/token" }, "htu"],
    [{ htu: "https://id.example.evil/token" }, "htu"],
    [{ htu: "https://evil.example/token" }, "htu"],
    [{ htu: "https://someone@id.example/token" }, "htu"],
    [{ htu: "https://:secret@id.example/token" }, "htu"],
    [{ htu: "https://id.example@evil.example/token" }, "htu"]
  ])("%j: %s", (wrong, defect) => {
    expect(judged({ claims: wrong })).toBe(defect)
  })

  it.each([
    "https://id.example/token?a=b",
    "https://id.example/token#fragment",
    "https://id.example/token?a=b#c",
    "HTTPS://ID.example/token",
    "https://id.example:443/token"
  ])("§4.3: without query and fragment, normalized as RFC 3986 §6.2.2 and §6.2.3 say, %s is the same", (htu) => {
    expect(judged({ claims: { htu } })).toBe("good")
  })

  it.prop("no text but the address itself is taken for it", [Schema.String], ([text]) => {
    expect(judged({ claims: { htu: `https://id.example/${text.replace(/[?#].*/s, "")}x` } })).toBe("htu")
  })
})

describe("RFC 9449 §4.3 (11), FAPI 2.0 §5.3.2.1: iat", () => {
  it.each([0, -1, -10, -80, 10, 29.5, 0.25])("%d s from now is good", (seconds) => {
    expect(judged({ claims: { iat: iat + seconds } })).toBe("good")
  })

  it.each([-90, -91, -3600, 31, 60, 61, 3600, 1e300, -1e300, Infinity, NaN])("%d s from now is refused", (seconds) => {
    expect(judged({ claims: { iat: iat + seconds } })).toBe("iat")
  })

  it.each([undefined, null, `${iat}`, [iat], {}])("%j is no time", (time) => {
    expect(judged({ claims: { iat: time } })).toBe("iat")
  })

  it.prop("what is taken is taken before it expires, and is refused from then on", [Schema.Int], ([offset]) => {
    const made = iat + (offset % 120) + 0.5
    const result = judge({ header, claims: { ...claims, iat: made } }, demands)
    if (Result.isFailure(result)) return
    const { expiresAt } = result.success
    expect(expiresAt).toBeGreaterThan(now)
    expect(judged({ claims: { iat: made }, demands: { now: expiresAt - 1 } })).toBe("good")
    expect(judged({ claims: { iat: made }, demands: { now: expiresAt } })).toBe("iat")
  })
})

describe("RFC 9449 §4.3 (12), §8: the token's hash, the nonce", () => {
  it.each([undefined, null, "", "b".repeat(43), "a".repeat(42), ["a".repeat(43)]])("ath %j is refused", (wrong) => {
    expect(judged({ claims: { ath: wrong }, demands: { ath } })).toBe("ath")
  })

  it("the hash of the token that came with it is good; where no token came, none is looked at", () => {
    expect(judged({ claims: { ath }, demands: { ath } })).toBe("good")
    expect(judged({ claims: { ath: "whatever" } })).toBe("good")
  })

  it.each([undefined, null, "", "o".repeat(43), [nonce]])("nonce %j is refused where one is asked for", (wrong) => {
    expect(judged({ claims: { nonce: wrong }, demands: { nonces: [nonce, "m".repeat(43)] } })).toBe("nonce")
  })

  it("any of the good nonces is good; where none is asked for, none is looked at", () => {
    const nonces = ["m".repeat(43), nonce]
    expect(judged({ claims: { nonce }, demands: { nonces } })).toBe("good")
    expect(judged({ claims: { nonce: "whatever" } })).toBe("good")
  })

  it("§8: whoever is told to use a nonce has everything else right", () => {
    expect(judged({ claims: { htm: "GET" }, demands: { nonces: [nonce] } })).toBe("htm")
    expect(judged({ claims: { iat: 0 }, demands: { nonces: [nonce] } })).toBe("iat")
  })
})

it("RFC 9449 §4.2: claims and headers that nobody asked for say nothing", () => {
  const more = { nbf: iat + 5, exp: iat + 60, sub: "someone", "https://x.example": {}, cnf: null }
  expect(judged({ claims: more, header: { kid: "1", x5t: "y" } })).toBe("good")
})

it.prop("no header and no claims at all make it throw", [Schema.Json, Schema.Json], ([head, body]) => {
  const record = (value: unknown) => ({ ...(typeof value === "object" ? value : { value }) })
  expect(Result.isFailure(judge({ header: record(head), claims: record(body) }, demands))).toBe(true)
  expect(judged({ header: { jwk: head } })).toMatch(/jwk|good/)
})

/** Which keys of a client's set are tried for a JWT. RFC 7517 §4, RFC 7518 §3.1. */
import { describe, expect, it } from "vitest"
import { candidates, lacks } from "../../src/domain/KeySet.ts"

const rsa = { kty: "RSA", kid: "r" }
const ec = { kty: "EC", crv: "P-256", kid: "e" }
const ec384 = { kty: "EC", crv: "P-384", kid: "e3" }
const ed = { kty: "OKP", crv: "Ed25519", kid: "d" }
const x25519 = { kty: "OKP", crv: "X25519", kid: "x" }
const secret = { kty: "oct", k: "c2VjcmV0", kid: "o" }
const set = { keys: [rsa, ec, ec384, ed, x25519, secret] }

const kids = (
  keys: ReadonlyArray<Record<string, unknown>>,
  alg: Parameters<typeof candidates>[1]["alg"],
  kid?: string
) => candidates({ keys }, { alg, kid }).map((key) => key["kid"])

describe("the keys that are tried", () => {
  it("RFC 7518 §3.1: only of the type and curve that go with the algorithm; a secret never", () => {
    expect(kids(set.keys, "RS256")).toEqual(["r"])
    expect(kids(set.keys, "PS512")).toEqual(["r"])
    expect(kids(set.keys, "ES256")).toEqual(["e"])
    expect(kids(set.keys, "ES384")).toEqual(["e3"])
    expect(kids(set.keys, "ES512")).toEqual([])
    expect(kids(set.keys, "EdDSA")).toEqual(["d"])
    expect(kids(set.keys, "Ed25519")).toEqual(["d"])
    for (const alg of ["HS256", "HS384", "HS512"] as const) expect(kids(set.keys, alg)).toEqual([])
  })

  it("RFC 7517 §4.2-4.4: not one that is for encryption, for other operations, or for another algorithm", () => {
    const keys = [
      { ...rsa, kid: "enc", use: "enc" },
      { ...rsa, kid: "ops", key_ops: ["encrypt"] },
      { ...rsa, kid: "alg", alg: "RS512" },
      { ...rsa, kid: "yes", use: "sig", key_ops: ["verify"], alg: "RS256" }
    ]
    expect(kids(keys, "RS256")).toEqual(["yes"])
  })

  it("RFC 9864 §2.2: Ed25519 and EdDSA are two names of one algorithm", () => {
    const keys = [
      { ...ed, kid: "older", alg: "EdDSA" },
      { ...ed, kid: "newer", alg: "Ed25519" }
    ]
    expect(kids(keys, "EdDSA")).toEqual(["older", "newer"])
    expect(kids(keys, "Ed25519")).toEqual(["older", "newer"])
  })

  it("RFC 7517 §4.5: with a kid, the key of that name first, then those without a name", () => {
    const unnamed = { kty: "RSA" }
    const keys = [unnamed, rsa, { ...rsa, kid: "other" }]
    expect(kids(keys, "RS256", "r")).toEqual(["r", undefined])
    expect(kids(keys, "RS256", "unknown")).toEqual([undefined])
    expect(kids(keys, "RS256")).toEqual([undefined, "r", "other"])
  })

  it("so many at most: a set of a thousand keys is not worth a thousand verifications", () => {
    expect(
      kids(
        Array.from({ length: 1000 }, () => rsa),
        "RS256"
      )
    ).toHaveLength(8)
  })

  it("members of the wrong kind are no key, and throw nothing", () => {
    for (const key of [
      {},
      { kty: 7 },
      { kty: "RSA", use: 7 },
      { kty: "EC", crv: null },
      { kty: "RSA", key_ops: ["sign"] }
    ]) {
      expect(kids([key], "RS256")).toEqual([])
      expect(kids([key], "ES256")).toEqual([])
    }
  })

  it("a set lacks a key that a JWT names, or does not name", () => {
    expect(lacks(set, { alg: "RS256", kid: "r" })).toBe(false)
    expect(lacks(set, { alg: "RS256", kid: "new" })).toBe(true)
    expect(lacks(set, { alg: "RS256", kid: undefined })).toBe(true)
    expect(lacks({ keys: [{ kty: "RSA" }] }, { alg: "RS256", kid: "r" })).toBe(true)
  })
})

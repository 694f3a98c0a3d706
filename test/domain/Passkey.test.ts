/** The judgement of a passkey's counter, and what a browser's answer may look like. WebAuthn Level 3 §6.1.1, §7. */
import { describe, expect, it } from "@effect/vitest"
import { Option, Result, Schema } from "effect"
import { UserId } from "../../src/domain/Ids.ts"
import { advance, CredentialId, Passkey, PasskeyName, PasskeyUse, SignCount } from "../../src/domain/Passkey.ts"
import { ceremony, parseAssertion, parseAttestation, userHandle, userOf } from "../../src/domain/PasskeyResponse.ts"

const now = Date.UTC(2026, 10, 20)
const userId = UserId.make("1-3.AAAAAAAAAAAAAAAAAAAAAA")
const credentialId = CredentialId.make("c".repeat(43))

const stored = (signCount: number, changes: Partial<Passkey> = {}) =>
  new Passkey({
    userId,
    credentialId,
    publicKey: "key",
    signCount,
    transports: [],
    backupEligible: false,
    backedUp: false,
    aaguid: "00000000-0000-0000-0000-000000000000",
    name: "Phone",
    createdAt: now - 1,
    lastUsedAt: null,
    ...changes
  })

const use = (signCount: number, changes: Partial<PasskeyUse> = {}) =>
  new PasskeyUse({ credentialId, signCount, backupEligible: false, backedUp: false, ...changes })

const reason = (result: Result.Result<Passkey, { readonly reason: string }>) =>
  Result.isFailure(result) ? result.failure.reason : undefined

describe("the counter", () => {
  it.prop("WebAuthn Level 3 §7.2: strictly up is taken, as it is shown", [SignCount, SignCount], ([a, b]) => {
    if (a === b) return
    const [before, after] = a < b ? [a, b] : [b, a]
    expect(Result.getOrThrow(advance(stored(before), use(after), now))).toMatchObject({
      signCount: after,
      lastUsedAt: now
    })
    expect(reason(advance(stored(after), use(before), now))).toBe("clone")
  })

  it.prop("WebAuthn Level 3 §7.2: the same counter again, above 0, is a possible clone", [SignCount], ([count]) => {
    expect(reason(advance(stored(count), use(count), now))).toBe(count === 0 ? undefined : "clone")
  })

  it("WebAuthn Level 3 §6.1.1: 0 to 0 is allowed, as authenticators that sync do not count", () => {
    const synced = { backupEligible: true, backedUp: true }
    expect(Result.getOrThrow(advance(stored(0, synced), use(0, synced), now)).lastUsedAt).toBe(now)
  })

  it.prop(
    "however often it is used, what is stored is the highest that was taken",
    [Schema.Array(SignCount)],
    ([counts]) => {
      let passkey = stored(0)
      let highest = 0
      for (const count of counts) {
        const advanced = advance(passkey, use(count), now)
        expect(Result.isSuccess(advanced)).toBe(count > highest || (count === 0 && highest === 0))
        if (Result.isSuccess(advanced)) passkey = advanced.success
        highest = Math.max(highest, count)
        expect(passkey.signCount).toBe(highest)
      }
    }
  )

  it("WebAuthn Level 3 §7.2: whether it may be backed up never changes; whether it is does", () => {
    const eligible = { backupEligible: true }
    expect(reason(advance(stored(1), use(2, eligible), now))).toBe("backup")
    expect(reason(advance(stored(1, eligible), use(2), now))).toBe("backup")
    const backedUp = advance(stored(1, eligible), use(2, { ...eligible, backedUp: true }), now)
    expect(Result.getOrThrow(backedUp).backedUp).toBe(true)
  })
})

describe("what a browser answers", () => {
  const response = { clientDataJSON: "e30", authenticatorData: "AA", signature: "AA", userHandle: "AA" }
  const assertion = { id: credentialId, rawId: credentialId, type: "public-key", response }
  const attested = { clientDataJSON: "e30", attestationObject: "AA", transports: ["internal"] }
  const attestation = { id: credentialId, rawId: credentialId, type: "public-key", response: attested }

  it("is read if it is what browsers say", () => {
    expect(Option.isSome(parseAssertion(JSON.stringify(assertion)))).toBe(true)
    expect(Option.isSome(parseAttestation(JSON.stringify(attestation)))).toBe(true)
  })

  const long = "A".repeat(20_000)
  it.each([
    ["no JSON", "{"],
    ["nothing", ""],
    ["null", "null"],
    ["an array", "[]"],
    ["no response", JSON.stringify({ ...assertion, response: undefined })],
    ["another type", JSON.stringify({ ...assertion, type: "password" })],
    ["no user handle", JSON.stringify({ ...assertion, response: { ...response, userHandle: null } })],
    ["a short id", JSON.stringify({ ...assertion, id: "AA" })],
    ["an id of over 1023 bytes", JSON.stringify({ ...assertion, id: "A".repeat(1365) })],
    ["no base64url", JSON.stringify({ ...assertion, response: { ...response, signature: "+/==" } })],
    ["long client data", JSON.stringify({ ...assertion, response: { ...response, clientDataJSON: long } })],
    ["long authenticator data", JSON.stringify({ ...assertion, response: { ...response, authenticatorData: long } })]
  ])("ASVS 5.0 §2.2.1: %s is not", (_what, text) => {
    expect(Option.isNone(parseAssertion(text))).toBe(true)
  })

  it.each([
    ["a long attestation", { ...attestation, response: { ...attested, attestationObject: long } }],
    ["many transports", { ...attestation, response: { ...attested, transports: Array(11).fill("usb") } }],
    ["an assertion", assertion]
  ])("ASVS 5.0 §2.2.1: %s is no registration", (_what, value) => {
    expect(Option.isNone(parseAttestation(JSON.stringify(value)))).toBe(true)
  })
})

describe("a ceremony", () => {
  it("WebAuthn Level 3 §13.4.3, §13.4.9: the ticket is the challenge; origin and relying party are the issuer", () => {
    const { challenge, ...where } = ceremony("http://localhost:8787", "1-0.AAAAAAAAAAAAAAAAAAAAAA")
    expect(Buffer.from(challenge, "base64url").toString()).toBe("1-0.AAAAAAAAAAAAAAAAAAAAAA")
    expect(where).toEqual({ origin: "http://localhost:8787", rpId: "localhost" })
  })

  it("WebAuthn Level 3 §5.4.3: a user handle names its user, in at most 64 bytes", () => {
    expect(Option.getOrThrow(userOf(userHandle(userId)))).toBe(userId)
    const longest = UserId.make(`999-99999.${"A".repeat(22)}`)
    expect(Buffer.from(userHandle(longest), "base64url").length).toBeLessThanOrEqual(64)
    for (const other of ["", "AA", "!!", Buffer.from("1-3.short").toString("base64url")]) {
      expect(Option.isNone(userOf(other))).toBe(true)
    }
  })

  it("a name has something to read in it, and at most 64 characters", () => {
    const isName = Schema.is(PasskeyName)
    for (const name of ["Key", "電話", "a", "My key 2", "x".repeat(64)])
      expect([name, isName(name)]).toEqual([name, true])
    for (const name of ["", " ", " a", "a ", "x".repeat(65), "a\nb"])
      expect([name, isName(name)]).toEqual([name, false])
  })
})

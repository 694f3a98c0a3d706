/**
 * Judging what authenticators answer, as production does, over keys of Node's. Attack 38. WebAuthn Level 3 §7.1, §7.2.
 */
import { Effect, Exit, Option } from "effect"
import { describe, expect, test } from "vitest"
import type { Credential } from "../../src/domain/Passkey.ts"
import { ceremony, parseAssertion, parseAttestation } from "../../src/domain/PasskeyResponse.ts"
import { PasskeyVerifierWebAuthn } from "../../src/layers/cloudflare/PasskeyVerifierWebAuthn.ts"
import { PasskeyVerifier } from "../../src/services/ports/PasskeyVerifier.ts"
import { type Algorithm, type Asked, Authenticator, type Bent } from "../workerd/Authenticator.ts"

const asked = ceremony("https://id.example", "1-0.AAAAAAAAAAAAAAAAAAAAAA")
const handle = "dXNlcg"

const register = (json: unknown) =>
  Effect.runPromiseExit(
    PasskeyVerifier.use((verifier) =>
      verifier.registration(Option.getOrThrow(parseAttestation(JSON.stringify(json))), asked)
    ).pipe(Effect.provide(PasskeyVerifierWebAuthn))
  )

const authenticate = (json: unknown, key: Pick<Credential, "credentialId" | "publicKey">) =>
  Effect.runPromiseExit(
    PasskeyVerifier.use((verifier) =>
      verifier.authentication(Option.getOrThrow(parseAssertion(JSON.stringify(json))), key, asked)
    ).pipe(Effect.provide(PasskeyVerifierWebAuthn))
  )

const registered = async (authenticator: Authenticator): Promise<Credential> => {
  const exit = await register(authenticator.create(asked, handle))
  if (Exit.isFailure(exit)) throw new Error(String(exit.cause))
  return exit.value
}

/** Any failure is one that the port declares: a defect would be a 500. */
const detailOf = (exit: Exit.Exit<unknown, { readonly detail: string }>): string | undefined =>
  Exit.isSuccess(exit) ? undefined : Option.getOrThrow(Exit.findErrorOption(exit)).detail

describe("algorithms", () => {
  test.each<Algorithm>(["ES256", "EdDSA", "RS256"])(
    "WebAuthn Level 3 §5.8.5: %s registers and signs in",
    async (alg) => {
      const authenticator = new Authenticator({ alg })
      const credential = await registered(authenticator)
      expect(credential).toMatchObject({
        signCount: 0,
        transports: ["internal"],
        backupEligible: false,
        backedUp: false
      })
      const exit = await authenticate(authenticator.get(asked), credential)
      expect(Exit.isSuccess(exit) && exit.value).toMatchObject({ signCount: 1, credentialId: credential.credentialId })
    }
  )

  test("WebAuthn Level 3 §7.1: a key of an algorithm that was not asked for is refused", async () => {
    expect(detailOf(await register(new Authenticator({ alg: "ES384" }).create(asked, handle)))).toContain("-35")
  })

  test("WebAuthn Level 3 §6.1.3: a synced passkey says that it is", async () => {
    const authenticator = new Authenticator({ isSynced: true })
    expect(await registered(authenticator)).toMatchObject({ backupEligible: true, backedUp: true, signCount: 0 })
  })
})

/** What is wrong with an answer, however it was made. */
const lies: ReadonlyArray<readonly [string, Partial<Asked>, Bent, RegExp]> = [
  ["another challenge", { challenge: "YW5vdGhlcg" }, {}, /challenge/],
  ["another origin", { origin: "https://id.example.evil.example" }, {}, /origin/],
  ["a part of the origin", { origin: "http://id.example" }, {}, /origin/],
  ["another relying party", { rpId: "evil.example" }, {}, /RP ID|rpId/i],
  ["a wider relying party", { rpId: "example" }, {}, /RP ID|rpId/i],
  ["no user verification", {}, { userVerified: false }, /verif/i],
  ["nobody present", {}, { userPresent: false }, /present/i],
  ["a frame of another site", { crossOrigin: true }, {}, /another site/],
  ["a frame of a named site", { crossOrigin: true, topOrigin: "https://evil.example" }, {}, /another site/],
  ["backed up, but not eligible", {}, { backedUp: true, backupEligible: false }, /backed up/i],
  ["bytes cut off", {}, { forge: (bytes) => bytes.subarray(0, 20) }, /./]
]

describe("attack 38: registration", () => {
  test.each(lies)("WebAuthn Level 3 §7.1: %s is refused", async (_what, changes, bent, said) => {
    expect(detailOf(await register(new Authenticator().create({ ...asked, ...changes }, handle, bent)))).toMatch(said)
  })

  test("WebAuthn Level 3 §7.1: an assertion's client data is no registration's", async () => {
    const made = new Authenticator().create({ ...asked, type: "webauthn.get" }, handle)
    expect(detailOf(await register(made))).toContain("webauthn.get")
  })

  test("WebAuthn Level 3 §7.1: a name that is not the attested credential's is refused", async () => {
    const made = new Authenticator().create(asked, handle)
    const other = new Authenticator().credentialId
    expect(detailOf(await register({ ...made, id: other, rawId: other }))).toContain("attested")
    expect(detailOf(await register({ ...made, rawId: other }))).toBeDefined()
  })

  test("RFC 8949: what is no CBOR is refused, whatever it is", async () => {
    const made = new Authenticator().create(asked, handle)
    for (const bytes of ["AA", "_w", "oA", "o2NmbXRkbm9uZQ", Buffer.alloc(4000, 0x9f).toString("base64url")]) {
      const attestation = { ...made, response: { ...made.response, attestationObject: bytes } }
      expect(detailOf(await register(attestation))).toBeDefined()
    }
  })
})

describe("attack 38: authentication", () => {
  test.each(lies)("WebAuthn Level 3 §7.2: %s is refused", async (_what, changes, bent, said) => {
    const authenticator = new Authenticator()
    const credential = await registered(authenticator)
    expect(detailOf(await authenticate(authenticator.get({ ...asked, ...changes }, bent), credential))).toMatch(said)
  })

  test("WebAuthn Level 3 §7.2: a registration's client data is no assertion's", async () => {
    const authenticator = new Authenticator()
    const credential = await registered(authenticator)
    const made = authenticator.get({ ...asked, type: "webauthn.create" })
    expect(detailOf(await authenticate(made, credential))).toContain("webauthn.create")
  })

  test("WebAuthn Level 3 §7.2: another key's signature, and data that was not signed, are refused", async () => {
    const [one, other] = [new Authenticator(), new Authenticator()]
    const credential = await registered(one)
    const bent = { credentialId: one.credentialId, userHandle: handle }
    expect(detailOf(await authenticate(other.get(asked, bent), credential))).toContain("another key")
    const higher = (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 36), Buffer.from([9])])
    expect(detailOf(await authenticate(one.get(asked, { forge: higher }), credential))).toBeDefined()
    const made = one.get(asked)
    const flipped = { ...made, response: { ...made.response, signature: made.response.signature.replace(/^./, "A") } }
    expect(detailOf(await authenticate(flipped, credential))).toBeDefined()
  })

  test("a stored key that cannot be read is a refusal, and no defect", async () => {
    const authenticator = new Authenticator()
    const { credentialId } = await registered(authenticator)
    for (const publicKey of ["AA", "oA", "pQECAyYgASFYIA"]) {
      expect(detailOf(await authenticate(authenticator.get(asked), { credentialId, publicKey }))).toBeDefined()
    }
  })

  test("the counter is told as it is, even below the one before: the transaction judges it", async () => {
    const authenticator = new Authenticator()
    const credential = await registered(authenticator)
    const exit = await authenticate(authenticator.get(asked, { signCount: 0 }), { ...credential })
    expect(Exit.isSuccess(exit) && exit.value.signCount).toBe(0)
  })
})

/**
 * Passkeys, synchronous and without chance, for tests that sign in a million times over: a signature is a digest of the
 * key's name and of what is signed, so that whoever knows the name can sign. What is judged (challenge, origin, relying
 * party, user verification, key) is what production judges; the formats are JSON where WebAuthn's are bytes.
 */
import { createHash } from "node:crypto"
import { Effect, Layer, Option, Schema } from "effect"
import { equal } from "../../domain/ConstantTime.ts"
import { Credential, CredentialId, PasskeyUse } from "../../domain/Passkey.ts"
import type { AssertionResponse, AttestationResponse, Ceremony } from "../../domain/PasskeyResponse.ts"
import { PasskeyInvalid, PasskeyVerifier } from "../../services/ports/PasskeyVerifier.ts"

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")

const json = <A>(schema: Schema.Codec<A, unknown>) => {
  const decode = Schema.decodeUnknownOption(Schema.fromJsonString(schema))
  return (text: string) => Option.getOrUndefined(decode(Buffer.from(text, "base64url").toString()))
}

const readClientData = json(Schema.Struct({ type: Schema.String, challenge: Schema.String, origin: Schema.String }))
const readSaid = json(Schema.Struct({ rpId: Schema.String, userVerified: Schema.Boolean, use: PasskeyUse }))
const readAttested = json(Schema.Struct({ rpId: Schema.String, userVerified: Schema.Boolean, credential: Credential }))

/** 43 characters. */
const signature = (publicKey: string, authenticatorData: string, clientDataJSON: string) =>
  createHash("sha256").update([publicKey, authenticatorData, clientDataJSON].join(".")).digest("base64url")

const clientData = (type: string, { challenge, origin }: Ceremony) => encoded({ type, challenge, origin })

/** What a browser answers when this credential is made. */
export const attestAs = (credential: Credential, asked: Ceremony): AttestationResponse => ({
  id: credential.credentialId,
  rawId: credential.credentialId,
  type: "public-key",
  response: {
    clientDataJSON: clientData("webauthn.create", asked),
    attestationObject: encoded({ rpId: asked.rpId, userVerified: true, credential }),
    transports: credential.transports
  }
})

/** What a browser answers when this credential signs in. */
export const assertAs = (
  { backedUp, backupEligible, credentialId, publicKey }: Credential,
  signCount: number,
  userHandle: string,
  asked: Ceremony
): AssertionResponse => {
  const use = { credentialId, signCount, backupEligible, backedUp }
  const authenticatorData = encoded({ rpId: asked.rpId, userVerified: true, use })
  const clientDataJSON = clientData("webauthn.get", asked)
  return {
    id: credentialId,
    rawId: credentialId,
    type: "public-key",
    response: {
      clientDataJSON,
      authenticatorData,
      signature: signature(publicKey, authenticatorData, clientDataJSON),
      userHandle
    }
  }
}

const isAbout = (type: string, text: string, asked: Ceremony): boolean => {
  const found = readClientData(text)
  return found?.type === type && equal(found.challenge, asked.challenge) && found.origin === asked.origin
}

const invalid = new PasskeyInvalid({ detail: "it is not about this, or signed by another" })

export const PasskeyVerifierSynchronous = Layer.succeed(PasskeyVerifier, {
  registration: ({ id, response }, asked) =>
    Effect.suspend(() => {
      const found = readAttested(response.attestationObject)
      const isGood = found?.rpId === asked.rpId && found.userVerified && found.credential.credentialId === id
      return isGood && isAbout("webauthn.create", response.clientDataJSON, asked)
        ? Effect.succeed(found.credential)
        : Effect.fail(invalid)
    }),
  authentication: ({ response }, { credentialId, publicKey }, asked) =>
    Effect.suspend(() => {
      const { authenticatorData, clientDataJSON } = response
      const found = readSaid(authenticatorData)
      const isSigned = equal(response.signature, signature(publicKey, authenticatorData, clientDataJSON))
      return isSigned &&
        found?.rpId === asked.rpId &&
        found.userVerified &&
        isAbout("webauthn.get", clientDataJSON, asked)
        ? Effect.succeed(new PasskeyUse({ ...found.use, credentialId: CredentialId.make(credentialId) }))
        : Effect.fail(invalid)
    })
})

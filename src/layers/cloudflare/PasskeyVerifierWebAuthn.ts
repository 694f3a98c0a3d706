/** Judging authenticators with @simplewebauthn/server. WebAuthn Level 3 §7.1, §7.2. */
import { verifyAuthenticationResponse, verifyRegistrationResponse } from "@simplewebauthn/server"
import { decodeClientDataJSON, isoBase64URL } from "@simplewebauthn/server/helpers"
import { Effect, Layer, Schema } from "effect"
import { Credential, PasskeyUse } from "../../domain/Passkey.ts"
import { algorithms, type Ceremony } from "../../domain/PasskeyResponse.ts"
import { PasskeyInvalid, PasskeyVerifier } from "../../services/ports/PasskeyVerifier.ts"

export const PasskeyVerifierWebAuthn = Layer.succeed(PasskeyVerifier, {
  registration: ({ id, rawId, response, type }, ceremony) =>
    judged(response.clientDataJSON, async () => {
      const { registrationInfo: found } = await verifyRegistrationResponse({
        response: { id, rawId, type, response: { ...response, transports: [] }, clientExtensionResults: {} },
        ...expected(ceremony),
        supportedAlgorithmIDs: [...algorithms]
      })
      // What names the credential has to be what was attested (§7.1 step 25 stores the latter).
      if (found?.credential.id !== id) throw new Error("the credential is not the one that was attested")
      return decodeCredential({
        credentialId: found.credential.id,
        publicKey: isoBase64URL.fromBuffer(found.credential.publicKey),
        signCount: found.credential.counter,
        transports: response.transports.filter((transport) => /^[a-z-]+$/.test(transport)),
        backupEligible: found.credentialDeviceType === "multiDevice",
        backedUp: found.credentialBackedUp,
        aaguid: found.aaguid
      })
    }),
  authentication: ({ id, rawId, response, type }, { credentialId, publicKey }, ceremony) =>
    judged(response.clientDataJSON, async () => {
      const { authenticationInfo: found, verified } = await verifyAuthenticationResponse({
        response: { id, rawId, type, response, clientExtensionResults: {} },
        ...expected(ceremony),
        // 0: the library lets every counter pass, and the transaction that knows the newest one decides.
        credential: { id: credentialId, publicKey: isoBase64URL.toBuffer(publicKey), counter: 0 }
      })
      if (!verified) throw new Error("the signature is another key's")
      return decodeUse({
        credentialId,
        signCount: found.newCounter,
        backupEligible: found.credentialDeviceType === "multiDevice",
        backedUp: found.credentialBackedUp
      })
    })
})

const decodeCredential = Schema.decodeUnknownSync(Credential)
const decodeUse = Schema.decodeUnknownSync(PasskeyUse)

const expected = ({ challenge, origin, rpId }: Ceremony) => ({
  expectedChallenge: challenge,
  expectedOrigin: origin,
  expectedRPID: rpId,
  requireUserVerification: true
})

/** The library says by throwing what is wrong. It lets frames of other sites pass that do not name what is around. */
const judged = <A>(clientData: string, verify: () => Promise<A>): Effect.Effect<A, PasskeyInvalid> =>
  Effect.tryPromise({
    try: () => {
      if (decodeClientDataJSON(clientData).crossOrigin === true) throw new Error("made in a frame of another site")
      return verify()
    },
    catch: (error) => new PasskeyInvalid({ detail: String(error).slice(0, 300) })
  })

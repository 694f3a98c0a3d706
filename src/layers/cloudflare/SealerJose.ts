/**
 * Sealing with keys derived from the provider's one secret: JWE `dir` with A256GCM, and HMAC-SHA-256.
 * RFC 7516, RFC 5869 (HKDF: one key a purpose).
 */
import { createHmac, hkdfSync } from "node:crypto"
import { Effect, Layer, Redacted } from "effect"
import { CompactEncrypt, compactDecrypt } from "jose"
import { type SealPurpose, Sealer, type TagPurpose } from "../../services/ports/Sealer.ts"

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const deriveKey = (secret: Redacted.Redacted, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync("sha256", Redacted.value(secret), "hapax/1", purpose, 32))

export const sealerJose = (secret: Redacted.Redacted): Layer.Layer<Sealer> =>
  Layer.sync(Sealer, () => {
    const sealing: Record<SealPurpose, Uint8Array> = {
      interaction: deriveKey(secret, "seal/interaction"),
      "signing-key": deriveKey(secret, "seal/signing-key"),
      "client-secret": deriveKey(secret, "seal/client-secret"),
      "access-token": deriveKey(secret, "seal/access-token"),
      link: deriveKey(secret, "seal/link"),
      letter: deriveKey(secret, "seal/letter"),
      "session-token": deriveKey(secret, "seal/session-token"),
      device: deriveKey(secret, "seal/device")
    }
    const tagging: Record<TagPurpose, Uint8Array> = {
      "refresh-token": deriveKey(secret, "tag/refresh-token"),
      "pairwise-subject": deriveKey(secret, "tag/pairwise-subject"),
      "dpop-nonce": deriveKey(secret, "tag/dpop-nonce"),
      "user-code": deriveKey(secret, "tag/user-code"),
      "browser-state": deriveKey(secret, "tag/browser-state"),
      limit: deriveKey(secret, "tag/limit"),
      attempt: deriveKey(secret, "tag/attempt"),
      "session-secret": deriveKey(secret, "tag/session-secret"),
      sid: deriveKey(secret, "tag/sid"),
      decoy: deriveKey(secret, "tag/decoy"),
      audit: deriveKey(secret, "tag/audit")
    }
    return {
      seal: (purpose, value) =>
        Effect.promise(() =>
          new CompactEncrypt(encoder.encode(JSON.stringify(value)))
            .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
            .encrypt(sealing[purpose])
        ),
      open: (purpose, sealed) =>
        Effect.tryPromise(async () => {
          const options = { keyManagementAlgorithms: ["dir"], contentEncryptionAlgorithms: ["A256GCM"] }
          const { plaintext } = await compactDecrypt(sealed, sealing[purpose], options)
          return JSON.parse(decoder.decode(plaintext)) as unknown
        }).pipe(Effect.option),
      tag: (purpose, text) => Effect.sync(() => createHmac("sha256", tagging[purpose]).update(text).digest("base64url"))
    }
  })

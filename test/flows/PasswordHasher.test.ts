/** The hasher of production, in Node: what it takes for right, and that nothing is too odd to be refused. */
import { argon2Sync } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { SecureRandom } from "effect/crypto"
import { passwordHasherArgon2 } from "../../src/layers/cloudflare/PasswordHasherArgon2.ts"
import { PasswordHasher } from "../../src/services/ports/PasswordHasher.ts"
import { argon2Modules } from "../workerd/Argon2Modules.ts"

const hasher = passwordHasherArgon2(argon2Modules).pipe(Layer.provide(SecureRandom.layerWebCrypto))

/** The PHC string as another implementation of RFC 9106 makes it. */
const hashed = (text: string, { m = 19_456, salt = 16, t = 2 }: { m?: number; t?: number; salt?: number }) => {
  const nonce = Buffer.alloc(salt, "salt")
  const asked = { message: text, nonce, parallelism: 1, tagLength: 32, memory: m, passes: t }
  const [shownSalt, tag] = [nonce, argon2Sync("argon2id", asked)].map((bytes) =>
    bytes.toString("base64").replace(/=+$/, "")
  )
  return `$argon2id$v=19$m=${m},t=${t},p=1$${shownSalt}$${tag}`
}

const verify = (text: string, phc: string | null) => PasswordHasher.use((it) => it.verify(Redacted.make(text), phc))

describe("OWASP Password Storage: argon2id", () => {
  it.layer(hasher)((test) => {
    test.effect("a password is right by its own hash, and by no other", () =>
      Effect.gen(function* () {
        const phc = yield* PasswordHasher.use((it) => it.hash(Redacted.make("correct horse")))
        expect(phc).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
        expect(yield* verify("correct horse", phc)).toBe("right")
        expect(yield* verify("correct Horse", phc)).toBe("wrong")
        expect(yield* verify("correct horse", null)).toBe("wrong")
        // Not a failure: the module refuses to hash an empty text, and a form may well bring one.
        expect(yield* verify("", phc)).toBe("wrong")
        expect(yield* verify("", null)).toBe("wrong")
        expect(yield* verify("correct horse", "not a hash")).toBe("wrong")
      })
    )

    test.effect.each([
      ["with more memory", { m: 20_000 }, "right"],
      ["with more passes", { t: 3 }, "right"],
      ["with a longer salt", { salt: 24 }, "right"],
      ["with less memory", { m: 19_455 }, "outdated"],
      ["with fewer passes", { t: 1 }, "outdated"],
      ["with a shorter salt", { salt: 15 }, "outdated"]
    ] as const)("RFC 9106 §3.1: another implementation's hash, made %s", ([_, parameters, verdict]) =>
      Effect.gen(function* () {
        expect(yield* verify("correct horse", hashed("correct horse", parameters))).toBe(verdict)
      })
    )
  })
})

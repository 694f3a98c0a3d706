/** The hasher of production, in Node: what it takes for right, and that nothing is too odd to be refused. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { SecureRandom } from "effect/crypto"
import { passwordHasherArgon2 } from "../../src/layers/cloudflare/PasswordHasherArgon2.ts"
import { PasswordHasher } from "../../src/services/ports/PasswordHasher.ts"
import { argon2Modules } from "../workerd/Argon2Modules.ts"

const hasher = passwordHasherArgon2(argon2Modules).pipe(Layer.provide(SecureRandom.layerWebCrypto))

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
  })
})

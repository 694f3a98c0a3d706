/** A password hasher that costs nothing and protects nothing: a salted SHA-256. For tests that sign in often. */
import { createHash } from "node:crypto"
import { Effect, Layer, Option, Redacted } from "effect"
import { SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import { equal } from "../../domain/ConstantTime.ts"
import { PasswordHasher } from "../../services/ports/PasswordHasher.ts"

const hash = (password: Redacted.Redacted, salt: string) =>
  `quick:${salt}:${createHash("sha256").update(salt).update(Redacted.value(password)).digest("base64url")}`

/** A hash of an older kind, which is right and ought to be made anew. */
export const outdatedHash = (password: Redacted.Redacted): string => hash(password, "old")

/** Of the stream of whoever asks, which no type can say: a hasher needs nothing. */
const drawSalt = Effect.serviceOption(SecureRandom.SecureRandom).pipe(
  Effect.flatMap(Option.match({ onNone: () => Effect.die("no randomness"), onSome: (it) => it.randomBytes(12) })),
  Effect.map(Base64Url.encode)
)

export const PasswordHasherQuick = Layer.succeed(PasswordHasher, {
  hash: (password) => Effect.map(drawSalt, (salt) => hash(password, salt)),
  verify: (password, phc) =>
    Effect.sync(() => {
      const salt = phc?.split(":")[1] ?? ""
      if (phc === null || !equal(hash(password, salt), phc)) return "wrong"
      return salt === "old" ? "outdated" : "right"
    })
})

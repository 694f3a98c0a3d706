/** A password hasher that costs nothing and protects nothing: a salted SHA-256. For tests that sign in often. */
import { createHash } from "node:crypto"
import { Effect, Layer, Redacted } from "effect"
import { equal } from "../../domain/ConstantTime.ts"
import { PasswordHasher } from "../../services/ports/PasswordHasher.ts"

const hash = (password: Redacted.Redacted) =>
  `quick:${createHash("sha256").update(Redacted.value(password)).digest("base64url")}`

export const PasswordHasherQuick = Layer.succeed(PasswordHasher, {
  hash: (password) => Effect.sync(() => hash(password)),
  verify: (password, phc) => Effect.sync(() => phc !== null && equal(hash(password), phc))
})

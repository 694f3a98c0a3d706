/** Argon2id from a wasm module, with OWASP's parameters: 19 MiB, 2 passes, 1 lane. RFC 9106, OWASP Password Storage. */
import type { computeHash } from "argon2id/lib/setup.js"
import setupWasm from "argon2id/lib/setup.js"
import { Effect, Layer, Redacted } from "effect"
import { SecureRandom } from "effect/crypto"
import { Base64 } from "effect/encoding"
import { equal } from "../../domain/ConstantTime.ts"
import { PasswordHasher } from "../../services/ports/PasswordHasher.ts"

/** The two builds of the module; which one runs is decided by what the machine can do. */
export interface Argon2Modules {
  readonly simd: WebAssembly.Module
  readonly plain: WebAssembly.Module
}

interface Parameters {
  readonly memorySize: number
  readonly passes: number
  readonly parallelism: number
}

const current: Parameters = { memorySize: 19_456, passes: 2, parallelism: 1 }
const tagLength = 32
const saltLength = 16

/** Hashed against when there is no account, so that the answer takes as long. */
const decoySalt = new Uint8Array(saltLength)
const decoyPassword = Redacted.make("the password of nobody")

const encoder = new TextEncoder()
const unpadded = (bytes: Uint8Array) => Base64.encode(bytes).replace(/=+$/, "")
const padded = (text: string) => text + "=".repeat((4 - (text.length % 4)) % 4)

/** The PHC string of a hash. */
const format = ({ memorySize, parallelism, passes }: Parameters, salt: Uint8Array, tag: Uint8Array) =>
  `$argon2id$v=19$m=${memorySize},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`

const pattern = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

const parse = (phc: string) => {
  const [, m, t, p, salt] = pattern.exec(phc) ?? []
  const bytes = salt === undefined ? undefined : Base64.decode(padded(salt))
  return bytes?._tag === "Success"
    ? { parameters: { memorySize: Number(m), passes: Number(t), parallelism: Number(p) }, salt: bytes.success }
    : undefined
}

/** Made with parameters of another time, or with a salt that is shorter than they are drawn now. */
const isWeaker = ({ parameters, salt }: NonNullable<ReturnType<typeof parse>>): boolean =>
  parameters.memorySize < current.memorySize || parameters.passes < current.passes || salt.length < saltLength

export const passwordHasherArgon2 = (
  modules: Argon2Modules
): Layer.Layer<PasswordHasher, never, SecureRandom.SecureRandom> =>
  Layer.effect(
    PasswordHasher,
    SecureRandom.SecureRandom.use((random) =>
      Effect.sync(() => {
        let ready: computeHash | undefined
        // Instantiated by whoever needs it first; two at once make two, and the second stays.
        const compute = Effect.suspend(() =>
          ready !== undefined
            ? Effect.succeed(ready)
            : Effect.tap(instantiate(modules), (made) => {
                ready = made
                return Effect.void
              })
        )
        const hashWith = (password: Redacted.Redacted, salt: Uint8Array, parameters: Parameters) =>
          Effect.map(compute, (run) =>
            format(
              parameters,
              salt,
              run({ ...parameters, tagLength, salt, password: encoder.encode(Redacted.value(password)) })
            )
          )
        return {
          hash: (password) =>
            Effect.flatMap(random.randomBytes(saltLength), (salt) => hashWith(password, salt, current)),
          verify: Effect.fnUntraced(function* (password, phc) {
            const stored = phc === null ? undefined : parse(phc)
            // The module hashes no empty text. Nobody has an empty password, and that takes as long to say.
            const isEmpty = Redacted.value(password) === ""
            const shown = isEmpty ? decoyPassword : password
            const made = yield* hashWith(shown, stored?.salt ?? decoySalt, stored?.parameters ?? current)
            if (isEmpty || stored === undefined || phc === null || !equal(made, phc)) return "wrong"
            return isWeaker(stored) ? "outdated" : "right"
          })
        }
      })
    )
  )

const instantiate = ({ plain, simd }: Argon2Modules) => {
  const load = (module: WebAssembly.Module) => async (imports: WebAssembly.Imports) => ({
    module,
    instance: await WebAssembly.instantiate(module, imports)
  })
  return Effect.promise(() => setupWasm(load(simd), load(plain)))
}

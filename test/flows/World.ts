/** A whole provider in memory with the cryptography of production: what the tests of defects stand on. */
import { Layer, Redacted } from "effect"
import { Digest, SecureRandom } from "effect/crypto"
import { defaults } from "../../src/domain/Lifetime.ts"
import { sealerJose } from "../../src/layers/cloudflare/SealerJose.ts"
import { JwtVerifierJose } from "../../src/layers/cloudflare/JwtVerifierJose.ts"
import { PasskeyVerifierWebAuthn } from "../../src/layers/cloudflare/PasskeyVerifierWebAuthn.ts"
import { SignerJose } from "../../src/layers/cloudflare/SignerJose.ts"
import { Memory } from "../../src/layers/test/Memory.ts"
import { MailerMemory } from "../../src/layers/test/MemoryLetters.ts"
import { RemoteFetchMemory } from "../../src/layers/test/RemoteFetchMemory.ts"
import { WebhookMemory } from "../../src/layers/test/WebhookMemory.ts"
import { PasswordHasherQuick } from "../../src/layers/test/PasswordHasherQuick.ts"
import { Provider, ProviderConfig } from "../../src/services/ports/ProviderConfig.ts"

export const provider = new Provider({
  issuer: "https://id.example",
  name: "Hapax",
  accountGenerations: [4],
  ticketGenerations: [2],
  limiterGenerations: [2],
  lifetimes: defaults,
  mail: true
})

const config = Layer.succeed(ProviderConfig, provider)
const crypto = Layer.mergeAll(SecureRandom.layerWebCrypto, Digest.layerWebCrypto)
const sealer = sealerJose(Redacted.make("a secret for tests only, forty characters"))

export const World = Layer.mergeAll(
  Memory.pipe(Layer.provide(config)),
  SignerJose.pipe(Layer.provideMerge(sealer)),
  JwtVerifierJose,
  PasskeyVerifierWebAuthn,
  RemoteFetchMemory,
  MailerMemory,
  WebhookMemory,
  PasswordHasherQuick,
  config,
  crypto
)

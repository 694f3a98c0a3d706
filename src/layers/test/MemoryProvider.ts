/** A whole provider in memory, synchronous and without chance: what a simulation runs its flows over. */
import { Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { defaults } from "../../domain/Lifetime.ts"
import { Provider, ProviderConfig } from "../../services/ports/ProviderConfig.ts"
import { Memory } from "./Memory.ts"
import { MailerMemory } from "./MemoryLetters.ts"
import { RemoteFetchMemory } from "./RemoteFetchMemory.ts"
import { WebhookMemory } from "./WebhookMemory.ts"
import { PasskeyVerifierSynchronous } from "./PasskeyVerifierSynchronous.ts"
import { PasswordHasherQuick } from "./PasswordHasherQuick.ts"
import { RandomStream, secureRandomOf } from "./RandomStream.ts"
import { DigestSynchronous, SealerSynchronous, JwtVerifierSynchronous, SignerSynchronous } from "./SynchronousCrypto.ts"

/** As in production, but for the number of shards. */
export const testProvider = new Provider({
  issuer: "https://id.example",
  name: "Hapax",
  accountGenerations: [2],
  ticketGenerations: [2],
  limiterGenerations: [2],
  lifetimes: defaults,
  mail: true
})

const config = Layer.succeed(ProviderConfig, testProvider)

/** Every operation and every port. */
export const MemoryProvider = Layer.mergeAll(
  Memory.pipe(Layer.provide(config)),
  SignerSynchronous,
  JwtVerifierSynchronous,
  SealerSynchronous,
  DigestSynchronous,
  RemoteFetchMemory,
  PasskeyVerifierSynchronous,
  MailerMemory,
  WebhookMemory,
  PasswordHasherQuick,
  Layer.sync(SecureRandom.SecureRandom, () => secureRandomOf(new RandomStream("provider"))),
  config
)

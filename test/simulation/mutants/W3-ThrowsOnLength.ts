/** A wrong repair of defect 15: `timingSafeEqual` without a look at the length throws, and tells the length. */
import { timingSafeEqual } from "node:crypto"
import { Effect, Redacted } from "effect"
import { ClientId } from "../../../src/domain/Ids.ts"
import { InvalidClient } from "../../../src/domain/OAuthError.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { authenticateClient, type ShownSecret } from "../../../src/services/flows/client/AuthenticateClient.ts"
import { Clients } from "../../../src/services/storage/Clients.ts"
import { retried } from "../../../src/services/storage/Retry.ts"
import { registered, relyingParty } from "../Scene.ts"
import { mutant } from "./Mutant.ts"

const bytes = (secret: Redacted.Redacted) => Buffer.from(Redacted.value(secret))

/** Compares the secrets themselves, as the one who repaired it did. */
const authenticate = Effect.fnUntraced(function* (credentials: ShownSecret) {
  const client = yield* retried(Clients.find)(ClientId.make(credentials.clientId))
  const isRight = timingSafeEqual(bytes(credentials.secret), bytes(relyingParty.secret))
  if (client !== null && isRight) return client
  return yield* new InvalidClient({ error_description: "", reason: "secret", basic: true })
})

const scenario = (asks: typeof authenticate | typeof authenticateClient) => ({
  layer: MemoryProvider,
  setup: registered("rp"),
  clients: () => ({ thief: act("guess", asks({ ...relyingParty, secret: Redacted.make("a guess") })) }),
  oracles: []
})

export const throwsOnLength = mutant(import.meta.url, {
  of: "W3",
  name: "secrets are compared without a look at their length",
  killedBy: "No defect",
  within: 10,
  broken: scenario(authenticate),
  sound: scenario(authenticateClient)
})

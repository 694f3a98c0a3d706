/** Users and clients for tests, made through the same operations as the operator's. */
import { Clock, Effect, Redacted } from "effect"
import { SecureRandom } from "effect/crypto"
import { Client } from "../../src/domain/Client.ts"
import { type ClientMetadata, defaultMetadata } from "../../src/domain/ClientMetadata.ts"
import { ofLogin } from "../../src/domain/Identifier.ts"
import { ClientId, type UserId } from "../../src/domain/Ids.ts"
import { Profile } from "../../src/domain/User.ts"
import { digestOf } from "../../src/services/flows/client/AuthenticateClient.ts"
import { drawUserId } from "../../src/services/flows/Secrets.ts"
import { PasswordHasher } from "../../src/services/ports/PasswordHasher.ts"
import { ProviderConfig } from "../../src/services/ports/ProviderConfig.ts"
import { Clients } from "../../src/services/storage/Clients.ts"
import { Identifiers } from "../../src/services/storage/Identifiers.ts"
import { Users } from "../../src/services/storage/Users.ts"

/** Every standard claim, address as an object. OIDC Core §5.1. */
export const fullProfile = {
  name: "Alice Example",
  given_name: "Alice",
  family_name: "Example",
  middle_name: "M.",
  nickname: "Al",
  preferred_username: "alice",
  profile: "https://alice.example/",
  picture: "https://alice.example/me.png",
  website: "https://alice.example/blog",
  gender: "female",
  birthdate: "1990-01-02",
  zoneinfo: "Europe/Berlin",
  locale: "de-DE",
  email: "alice@example.com",
  email_verified: true,
  phone_number: "+49 30 123456",
  phone_number_verified: false,
  address: { formatted: "Street 1\n10115 Berlin", street_address: "Street 1", locality: "Berlin", country: "DE" }
} as const

export const password = "correct horse battery staple"

const event = Effect.fnUntraced(function* (type: "client.created" | "identifier.reserved") {
  const id = yield* SecureRandom.SecureRandom.use((random) => random.uuidV7())
  return { id, at: yield* Clock.currentTimeMillis, type }
})

/** A client with a secret (unless it is public), authorized for everything unless told otherwise. */
export const makeClient = Effect.fnUntraced(function* (
  id: string,
  secret: string | undefined,
  metadata: Partial<Record<keyof ClientMetadata, unknown>>
) {
  const now = yield* Clock.currentTimeMillis
  const salt = `salt-of-${id}`
  const client = new Client({
    id: ClientId.make(id),
    metadata: { ...defaultMetadata, ...(metadata as Partial<ClientMetadata>) },
    secrets: secret === undefined ? [] : [{ salt, digest: yield* digestOf(salt, Redacted.make(secret)) }],
    version: 1,
    createdAt: now,
    updatedAt: now
  })
  yield* Clients.create(client, yield* event("client.created"))
  return client
})

/** A user named `name`, with the password of all test users. */
export const makeUser = Effect.fnUntraced(function* (name: string, profile: Partial<typeof fullProfile> = fullProfile) {
  const { accountGenerations } = yield* ProviderConfig
  const userId: UserId = yield* drawUserId(accountGenerations)
  const email = `${name}@example.com`
  const identifiers = [name, email].flatMap((text) => ofLogin(text) ?? [])
  const now = yield* Clock.currentTimeMillis
  yield* Identifiers.reserve({ userId, identifiers, now }, yield* event("identifier.reserved"))
  const passwordHash = yield* PasswordHasher.use((hasher) => hasher.hash(Redacted.make(password)))
  return yield* Users.create({
    userId,
    passwordHash,
    profile: new Profile({ ...(profile as Profile), preferred_username: name, email })
  })
})

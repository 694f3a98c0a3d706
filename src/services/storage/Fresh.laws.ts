/** Values that nobody has used before, for laws: they share one storage with each other, and with their last run. */
import { Clock, Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import type { AuditEntry, AuditEvent } from "../../domain/AuditEvent.ts"
import { AuthorizationRequest } from "../../domain/AuthorizationRequest.ts"
import { none } from "../../domain/ClaimsRequest.ts"
import { Client } from "../../domain/Client.ts"
import { defaultMetadata } from "../../domain/ClientMetadata.ts"
import { Identifier } from "../../domain/Identifier.ts"
import { ClientId, SecretHash, UserId } from "../../domain/Ids.ts"

/** 22 characters that are new. */
export const freshText = SecureRandom.SecureRandom.use((source) => Effect.map(source.randomBytes(16), Base64Url.encode))

/** A user in the first shard of the first generation, which every configuration has. */
export const freshUserId = Effect.map(freshText, (text) => UserId.make(`1-0.${text}`))

/** Users whose ids are neighbours, in the order of the ids, and a text that sorts right before them. At most ten. */
export const freshNeighbours = (count: number) =>
  Effect.map(freshText, (text) => {
    const before = `1-0.${text.slice(1)}`
    const users = Array.from({ length: count }, (_, index) => UserId.make(`${before}${index}`))
    return { before, users }
  })

export const freshName = Effect.map(freshText, (text) => Identifier.make(`username:${text.toLowerCase()}`))

/** A client as it is registered first. */
export const freshClient = Effect.gen(function* () {
  const now = yield* Clock.currentTimeMillis
  return new Client({
    id: ClientId.make(yield* freshText),
    metadata: { ...defaultMetadata, client_name: "Law" },
    secrets: [{ salt: yield* freshText, digest: yield* freshText }],
    registrationToken: SecretHash.make(((yield* freshText) + (yield* freshText)).slice(1)),
    version: 1,
    createdAt: now,
    updatedAt: now
  })
})

/** An event with an id of its own. */
export const freshEvent = (entry: AuditEntry): Effect.Effect<AuditEvent, never, SecureRandom.SecureRandom> =>
  Effect.gen(function* () {
    const id = yield* SecureRandom.SecureRandom.use((source) => source.uuidV7())
    return { ...entry, id, at: yield* Clock.currentTimeMillis }
  })

/** A request for a code that says nothing but what it must; `changes` say more. */
export const plainRequest = (clientId: ClientId, changes: Partial<AuthorizationRequest> = {}) =>
  new AuthorizationRequest({
    clientId,
    redirectUri: "https://rp.example/cb",
    redirectUriNamed: true,
    state: null,
    scopes: ["openid"],
    claims: none,
    nonce: null,
    codeChallenge: null,
    prompt: [],
    maxAge: null,
    idTokenHint: null,
    loginHint: null,
    display: null,
    responseType: "code",
    responseMode: "query",
    resources: [],
    dpopJkt: null,
    pushed: null,
    ...changes
  })

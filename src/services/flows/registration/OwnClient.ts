/** The client whose registration access token somebody shows. RFC 7592 §2, §3. */
import { Effect, Redacted } from "effect"
import { equal } from "../../../domain/ConstantTime.ts"
import { InvalidToken } from "../../../domain/OAuthError.ts"
import { tellOnce } from "../audit/Tell.ts"
import { namedClient } from "../client/NamedClient.ts"
import { hashSecret } from "../Secrets.ts"

/** The client that an address names, and the token that came along. */
export interface ShownRegistration {
  readonly clientId: string
  readonly token: Redacted.Redacted
}

/** Compared with where there is nothing to compare with. No hash of a token is like it. */
const decoy = "A".repeat(43)

/** RFC 7592 §2.1: a client that is not there is answered like a token that is not its own. */
export const ownClient = Effect.fnUntraced(function* ({ clientId, token }: ShownRegistration) {
  const client = yield* namedClient(clientId)
  const isOwn = equal(yield* hashSecret(Redacted.value(token)), client?.registrationToken ?? decoy)
  if (client !== null && isOwn) return client
  if (client !== null) yield* tellOnce({ type: "registration.refused", clientId: client.id }, client.id)
  return yield* new InvalidToken({
    error_description: "the registration access token is not one of this client",
    reason: client === null ? "no such client" : "another token",
    status: 401
  })
})

/** Registering a client by oneself. RFC 7591 §3, OIDC Dynamic Registration §3; docs/decisions/0015-registration.md. */
import { Clock, Effect, Redacted } from "effect"
import type { AuditEvent } from "../../../domain/AuditEvent.ts"
import { Client } from "../../../domain/Client.ts"
import type { InitialTokenId } from "../../../domain/InitialAccessToken.ts"
import { bodyOf, membersOf } from "../../../domain/RegistrationRequest.ts"
import { Clients } from "../../storage/Clients.ts"
import { InitialAccessTokens } from "../../storage/InitialAccessTokens.ts"
import { retried } from "../../storage/Retry.ts"
import { firstSecret } from "../operator/ClientSecret.ts"
import { newMetadata } from "../operator/JudgeMetadata.ts"
import { newEvent } from "../operator/NewEvent.ts"
import { drawClientId, drawSecret, hashSecret } from "../Secrets.ts"
import { throttleAddress } from "../limits/Throttle.ts"
import { informed } from "./Informed.ts"
import { mayRegister, refusedToken } from "./MayRegister.ts"
import { refusedMember } from "./RefusedMember.ts"

/**
 * The client's information, with its secret and the token that looks after it, which are shown this once.
 *
 * Who may register is asked before the metadata are looked at: judging them may make this provider ask other servers.
 */
export const register = Effect.fn("Register")(function* (
  initialToken: string | undefined,
  body: string,
  address?: string
) {
  const permit = yield* mayRegister(initialToken)
  // RFC 7591 §5: where anybody may, nobody may without end. A token has a number of uses of its own.
  if (permit === null) yield* throttleAddress("registration", address)
  const members = yield* Effect.fromResult(membersOf(yield* Effect.fromResult(bodyOf(body))))
  const metadata = yield* newMetadata(members).pipe(Effect.catchTag("InvalidField", refusedMember))
  const made = yield* firstSecret(metadata, undefined).pipe(Effect.catchTag("InvalidField", refusedMember))
  const registrationToken = Redacted.make(yield* drawSecret)
  const now = yield* Clock.currentTimeMillis
  const client = new Client({
    id: yield* drawClientId,
    metadata,
    secrets: made.secrets,
    registrationToken: yield* hashSecret(Redacted.value(registrationToken)),
    version: 1,
    createdAt: now,
    updatedAt: now
  })
  const by = permit === null ? "anybody" : `initial access token ${permit}`
  yield* commit(client, permit, yield* newEvent({ type: "client.created", clientId: client.id, detail: { by } }))
  return yield* informed(client, { registrationToken, secret: made.shown })
})

/** The id is random, so that somebody else has it is a defect of ours and no answer. */
const commit = (client: Client, tokenId: InitialTokenId | null, event: AuditEvent) =>
  tokenId === null
    ? retried(Clients.create)(client, event).pipe(Effect.catchTag("ClientExists", (taken) => Effect.die(taken)))
    : retried(InitialAccessTokens.register)({ tokenId, client, now: client.createdAt }, event).pipe(
        // Between the look at the token and now, others have used it up, or it was revoked.
        Effect.catchTag("RegistrationRefused", () => refusedToken("used up or revoked meanwhile"))
      )

/** The transactions of the tokens that clients got for themselves. RFC 7662 §2.2, RFC 7009 §2.1. */
import { Result, Schema } from "effect"
import { ClientTokenId } from "../../domain/Ids.ts"
import { ClientTokenRevocation } from "../../services/storage/ClientTokens.ts"
import { step } from "./Step.ts"
import { EndedClientToken, type ticketTables } from "./TicketTables.ts"

const ticketStep = step<typeof ticketTables>()

export const inspectStep = ticketStep({
  request: ClientTokenId,
  reply: Schema.Boolean,
  refusal: Schema.Never,
  run: (tx, jti) => Result.succeed(tx.endedClientTokens.get(jti) === undefined)
})

export const revokeStep = ticketStep({
  request: ClientTokenRevocation,
  reply: Schema.Void,
  refusal: Schema.Never,
  run: (tx, { clientId, expiresAt, jti }) => {
    if (tx.endedClientTokens.get(jti) === undefined) {
      tx.endedClientTokens.put(new EndedClientToken({ jti, expiresAt }))
      tx.audit({ type: "token.revoked", clientId, detail: { jti } })
    }
    return Result.void
  }
})

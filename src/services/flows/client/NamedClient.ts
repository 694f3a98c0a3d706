/** The client that a text from outside names. RFC 6749 §2.2. */
import { Effect, Schema } from "effect"
import { ClientId } from "../../../domain/Ids.ts"
import { Clients } from "../../storage/Clients.ts"
import { retried } from "../../storage/Retry.ts"

const idOf = Schema.decodeUnknownOption(ClientId)

/** Null if there is none; of what can be no client's id, storage is not asked. */
export const namedClient = Effect.fnUntraced(function* (name: string | undefined) {
  const id = idOf(name)
  return id._tag === "None" ? null : yield* retried(Clients.find)(id.value)
})

/** Where the device of a user code is kept. RFC 8628 §6.1; docs/decisions/0017-device.md. */
import { Effect } from "effect"
import { placesOf } from "../../../domain/DeviceAuthorization.ts"
import type { UserCode } from "../../../domain/UserCode.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Sealer } from "../../ports/Sealer.ts"

/**
 * Where it is made, and then where it may have been made before there were more shards. The tag tells storage no user
 * code: a hash of one would be guessed.
 */
export const placesOfUserCode = Effect.fnUntraced(function* (userCode: UserCode) {
  const { ticketGenerations } = yield* ProviderConfig
  const tag = yield* Sealer.use((sealer) => sealer.tag("user-code", userCode))
  return placesOf(tag, ticketGenerations)
})

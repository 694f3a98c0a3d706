/** Withdrawing, in a user's name, what the user has allowed a client: every grant that rests on it falls. */
import { Effect } from "effect"
import { Consents } from "../../storage/Consents.ts"
import { retried } from "../../storage/Retry.ts"
import { clientIdOf } from "./ShowClient.ts"
import { findUser } from "./ShowUser.ts"

/** Says whether there was a consent. The client may be gone already; its consents can be withdrawn all the same. */
export const withdrawConsent = Effect.fn("WithdrawConsent")(function* (who: string, client: string) {
  const clientId = yield* clientIdOf(client)
  const user = yield* findUser(who)
  return { withdrawn: yield* retried(Consents.withdraw)({ userId: user.id, clientId }) }
})

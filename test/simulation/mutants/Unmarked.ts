/** A code whose redemption is not looked at: whether it was used is somebody else's business, as in the predecessor. */
import { Grant } from "../../../src/domain/Grant.ts"
import type { Step } from "./Instead.ts"

type Redeem = Step<"AuthorizationCode.redeem">

/** The step that redeems whatever is there, every time as if it were the first. */
export const redeemedAnew = (sound: Redeem): Redeem => ({
  ...sound,
  run: (tx, request) =>
    sound.run(
      {
        ...tx,
        grants: {
          ...tx.grants,
          get: (...key) => {
            const found = tx.grants.get(...key)
            return found && new Grant({ ...found, redeemedAt: null, attempt: null })
          }
        }
      },
      request
    )
})

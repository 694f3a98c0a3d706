/** A wrong repair of defect 19: `auth_time ?? now`. Grants that do not know it get a time that is not the login's. */
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { authTimeOf, withoutAuthTime } from "./AuthTime.ts"
import { withSteps } from "./Instead.ts"
import { mutant } from "./Mutant.ts"
import { redeemedLater } from "./RedeemedLater.ts"

const layer = withSteps(({ "AuthorizationCode.approve": approve, "AuthorizationCode.redeem": redeem }) => ({
  "AuthorizationCode.approve": { ...approve, run: (tx, request) => approve.run(withoutAuthTime(tx), request) },
  "AuthorizationCode.redeem": {
    ...redeem,
    run: (tx, request) =>
      redeem.run(
        authTimeOf(tx, (known) => (known === 0 ? tx.now : known)),
        request
      )
  }
}))

export const authTimeOrNow = mutant(import.meta.url, {
  of: "W1",
  name: "auth_time ?? now",
  killedBy: "Auth time",
  within: 10,
  broken: { ...redeemedLater, layer },
  sound: { ...redeemedLater, layer: MemoryProvider }
})

/** Defect 19, second form: auth_time is made up when the token is. OIDC Core §2. */
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { authTimeOf } from "./AuthTime.ts"
import { withSteps } from "./Instead.ts"
import { mutant } from "./Mutant.ts"
import { redeemedLater } from "./RedeemedLater.ts"

const layer = withSteps(({ "AuthorizationCode.redeem": redeem }) => ({
  "AuthorizationCode.redeem": {
    ...redeem,
    run: (tx, request) =>
      redeem.run(
        authTimeOf(tx, () => tx.now),
        request
      )
  }
}))

export const authTimeMadeUp = mutant(import.meta.url, {
  of: "19b",
  name: "auth_time is the token's time",
  killedBy: "Auth time",
  within: 10,
  broken: { ...redeemedLater, layer },
  sound: { ...redeemedLater, layer: MemoryProvider }
})

/** Defect 19: a grant does not know when its user signed in, so no token does. OIDC Core §2. */
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { withoutAuthTime } from "./AuthTime.ts"
import { withSteps } from "./Instead.ts"
import { mutant } from "./Mutant.ts"
import { redeemedLater } from "./RedeemedLater.ts"

const layer = withSteps(({ "AuthorizationCode.approve": approve }) => ({
  "AuthorizationCode.approve": { ...approve, run: (tx, request) => approve.run(withoutAuthTime(tx), request) }
}))

export const authTimeMissing = mutant(import.meta.url, {
  of: "19",
  name: "auth_time is missing",
  killedBy: "Auth time",
  within: 10,
  broken: { ...redeemedLater, layer },
  sound: { ...redeemedLater, layer: MemoryProvider }
})

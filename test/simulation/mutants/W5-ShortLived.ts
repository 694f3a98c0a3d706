/** Wrong repairs of defect 3: a code that lives ten seconds, and whose second use is written down, is used twice. */
import { Result } from "effect"
import { CodeRefused } from "../../../src/domain/AuthorizationCode.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { withSteps } from "./Instead.ts"
import { mutant } from "./Mutant.ts"
import { redeemedTwice } from "./RedeemedTwice.ts"
import { redeemedAnew } from "./Unmarked.ts"

const lifetime = 10_000

const layer = withSteps(({ "AuthorizationCode.redeem": redeem }) => ({
  "AuthorizationCode.redeem": {
    ...redeem,
    run: (tx, request) => {
      const found = tx.grants.get(request.grantId)
      if (found !== undefined && tx.now >= found.issuedAt + lifetime) {
        return Result.fail(new CodeRefused({ reason: "expired" }))
      }
      if (found?.redeemedAt !== null) tx.audit({ type: "code.reused" })
      return redeemedAnew(redeem).run(tx, request)
    }
  }
}))

export const shortLived = mutant(import.meta.url, {
  of: "W5",
  name: "short-lived and monitored, and not single-use",
  killedBy: "Once",
  within: 10,
  broken: { ...redeemedTwice, layer },
  sound: { ...redeemedTwice, layer: MemoryProvider }
})

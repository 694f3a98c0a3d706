/** Defect 24 for many users: a batch that ends their sessions one call each. However many, it has to be one a shard. */
import { Effect } from "effect"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { endMany } from "../../../src/services/flows/operator/EndMany.ts"
import { retried } from "../../../src/services/storage/Retry.ts"
import { Sessions } from "../../../src/services/storage/Sessions.ts"
import { freshAttempt } from "../../../src/services/storage/World.laws.ts"
import { withThreeBrowsers, type WithThreeBrowsers } from "../scenarios/OwnSessions.ts"
import { operationsOf, type Rule } from "../scenarios/Race.ts"
import { mutant } from "./Mutant.ts"

/** Ending costs one operation a shard, whatever it ends there. */
const oneAShard: Rule = {
  name: "Operation count",
  judge: (run) => {
    const calls = operationsOf(run, "Session.end", "Session.endMany", "Session.endWhere").length
    return calls <= 1 ? undefined : `${calls} operations ended what one would`
  }
}

const oneByOne = ({ sids, user }: WithThreeBrowsers) =>
  Effect.forEach(sids, (sid) =>
    Effect.flatMap(freshAttempt, (attempt) =>
      retried(Sessions.endMany)({ attempt, userId: user.id, which: { sids: [sid] } })
    )
  )

const scenario = { setup: withThreeBrowsers, oracles: [oneAShard], layer: MemoryProvider }

export const oneCallEach = mutant(import.meta.url, {
  of: "24d",
  name: "a batch ends sessions by one call each",
  killedBy: "Operation count",
  within: 10,
  broken: { ...scenario, clients: (scene: WithThreeBrowsers) => ({ operator: act("end", oneByOne(scene)) }) },
  sound: { ...scenario, clients: () => ({ operator: act("end", endMany({ users: ["alice"] })) }) }
})

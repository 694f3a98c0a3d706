/** Defect 24 as a flow: a page that asks storage once a session. However many there are, it has to be one request. */
import { Effect } from "effect"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { endSessions } from "../../../src/services/flows/account/OwnSessions.ts"
import { retried } from "../../../src/services/storage/Retry.ts"
import { Sessions } from "../../../src/services/storage/Sessions.ts"
import { freshAttempt } from "../../../src/services/storage/World.laws.ts"
import { operationsOf, type Rule } from "../scenarios/Race.ts"
import { withThreeBrowsers, type WithThreeBrowsers } from "../scenarios/OwnSessions.ts"
import { mutant } from "./Mutant.ts"

/** Ending costs one operation, whatever it ends. */
const oneOperation: Rule = {
  name: "Operation count",
  judge: (run) => {
    const ends = operationsOf(run, "Session.end", "Session.endMany").length
    return ends <= 1 ? undefined : `${ends} operations ended what one would`
  }
}

const oneByOne = ({ sids, user }: WithThreeBrowsers) =>
  Effect.forEach(sids, (sid) =>
    Effect.flatMap(freshAttempt, (attempt) =>
      retried(Sessions.endMany)({ attempt, userId: user.id, which: { sids: [sid] } })
    )
  )

const scenario = { setup: withThreeBrowsers, oracles: [oneOperation], layer: MemoryProvider }

export const oneOperationEach = mutant(import.meta.url, {
  of: "24b",
  name: "a page ends sessions by one operation each",
  killedBy: "Operation count",
  within: 10,
  broken: { ...scenario, clients: (scene: WithThreeBrowsers) => ({ browser: act("leave", oneByOne(scene)) }) },
  sound: {
    ...scenario,
    clients: (scene: WithThreeBrowsers) => ({
      browser: act("leave", endSessions(scene.form, { sids: scene.sids }, scene.browser))
    })
  }
})

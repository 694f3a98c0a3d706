/** One shard of what is counted. */
import { outboxDelays } from "../../objects/Alarm.ts"
import { limiterSteps, limiterTables } from "../../objects/LimiterSteps.ts"
import { firstVersion } from "./ObjectSchema.ts"
import { createTable } from "./SqlRows.ts"
import { StepObject, type StepObjectSpec } from "./StepObject.ts"

export const limiterSpec: StepObjectSpec = {
  tables: limiterTables,
  steps: limiterSteps,
  migrations: [
    firstVersion({ counted: limiterTables.counted }),
    { statements: [createTable(limiterTables.leased)], isAdditive: true }
  ],
  outboxDelay: outboxDelays.limiter
}

export class LimiterObject extends StepObject {
  protected override readonly spec: StepObjectSpec = limiterSpec
}

/** One shard of what is counted. */
import { outboxDelays } from "../objects/Alarm.ts"
import { limiterSteps, limiterTables } from "../objects/LimiterSteps.ts"
import { firstVersion } from "./ObjectSchema.ts"
import { StepObject, type StepObjectSpec } from "./StepObject.ts"

export const limiterSpec: StepObjectSpec = {
  tables: limiterTables,
  steps: limiterSteps,
  migrations: [firstVersion(limiterTables)],
  outboxDelay: outboxDelays.limiter
}

export class LimiterObject extends StepObject {
  protected override readonly spec: StepObjectSpec = limiterSpec
}

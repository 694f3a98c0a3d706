/** The homes of the users of one shard: profile, sessions, consents, grants, outbox. */
import { outboxDelays } from "../objects/Alarm.ts"
import { accountSteps } from "../objects/AccountSteps.ts"
import { accountTables } from "../objects/AccountTables.ts"
import { firstVersion } from "./ObjectSchema.ts"
import { StepObject, type StepObjectSpec } from "./StepObject.ts"

export const accountSpec: StepObjectSpec = {
  tables: accountTables,
  steps: accountSteps,
  migrations: [firstVersion(accountTables)],
  outboxDelay: outboxDelays.account
}

export class AccountObject extends StepObject {
  protected override readonly spec: StepObjectSpec = accountSpec
}

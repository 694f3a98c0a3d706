/** The homes of the users of one shard: profile, sessions, consents, grants, outbox. */
import { outboxDelays } from "../../objects/Alarm.ts"
import { accountSteps } from "../../objects/AccountSteps.ts"
import { accountTables } from "../../objects/AccountTables.ts"
import { firstVersion } from "./ObjectSchema.ts"
import { createTable } from "./SqlRows.ts"
import { StepObject, type StepObjectSpec } from "./StepObject.ts"

const { endings, passkeys, retention, ...firstTables } = accountTables

export const accountSpec: StepObjectSpec = {
  tables: accountTables,
  steps: accountSteps,
  // Version 2: rows have members that older code would drop as it writes them back (a session's clients and successor,
  // a grant's key and targets). Version 3: passkeys, and what a session keeps of its login. Version 4: what a user may
  // do (roles) and the operator's own fields of them, how long ended sessions are kept, and what ended many at once.
  migrations: [
    firstVersion(firstTables),
    { statements: [] },
    { statements: [createTable(passkeys)] },
    { statements: [createTable(retention), createTable(endings)] }
  ],
  outboxDelay: outboxDelays.account
}

export class AccountObject extends StepObject {
  protected override readonly spec: StepObjectSpec = accountSpec
}

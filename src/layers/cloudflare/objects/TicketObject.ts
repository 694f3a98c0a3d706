/** One shard of single-use things. */
import { outboxDelays } from "../../objects/Alarm.ts"
import { ticketSteps } from "../../objects/TicketSteps.ts"
import { ticketTables } from "../../objects/TicketTables.ts"
import { firstVersion } from "./ObjectSchema.ts"
import { createTable } from "./SqlRows.ts"
import { StepObject, type StepObjectSpec } from "./StepObject.ts"

export const ticketSpec: StepObjectSpec = {
  tables: ticketTables,
  steps: ticketSteps,
  migrations: [
    firstVersion({ spent: ticketTables.spent }),
    {
      statements: [
        createTable(ticketTables.pushedRequests),
        createTable(ticketTables.devices),
        createTable(ticketTables.endedClientTokens)
      ]
    },
    { statements: [createTable(ticketTables.guessed)] }
  ],
  outboxDelay: outboxDelays.ticket
}

export class TicketObject extends StepObject {
  protected override readonly spec: StepObjectSpec = ticketSpec
}

/** One shard of single-use things. */
import { outboxDelays } from "../objects/Alarm.ts"
import { ticketSteps, ticketTables } from "../objects/TicketSteps.ts"
import { firstVersion } from "./ObjectSchema.ts"
import { StepObject, type StepObjectSpec } from "./StepObject.ts"

export const ticketSpec: StepObjectSpec = {
  tables: ticketTables,
  steps: ticketSteps,
  migrations: [firstVersion({ spent: ticketTables.spent })],
  outboxDelay: outboxDelays.ticket
}

export class TicketObject extends StepObject {
  protected override readonly spec: StepObjectSpec = ticketSpec
}

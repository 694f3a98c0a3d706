/** One shard of single-use things. */
import { ticketSteps, ticketTables } from "../objects/TicketSteps.ts"
import { firstVersion } from "./ObjectSchema.ts"
import { StepObject, type StepObjectSpec } from "./StepObject.ts"

export const ticketSpec: StepObjectSpec = {
  tables: ticketTables,
  steps: ticketSteps,
  migrations: [firstVersion(ticketTables)],
  outboxDelay: 10_000
}

export class TicketObject extends StepObject {
  protected override readonly spec: StepObjectSpec = ticketSpec
}

/** Every mutant, and those that wait for something that is not there yet. */
import { mirrorInTheBackground } from "./01-MirrorInTheBackground.ts"
import { clientCacheDeleted } from "./02-ClientCacheDeleted.ts"
import { clientCacheRefilled } from "./02b-ClientCacheRefilled.ts"
import { codesInKv } from "./03-CodesInKv.ts"
import { familiesInMemory } from "./04-FamiliesInMemory.ts"
import { auditBestEffort } from "./05-AuditBestEffort.ts"
import { ticketFlagInKv } from "./08-TicketFlagInKv.ts"
import { sessionsInMemory } from "./09-SessionsInMemory.ts"
import { codesInMemory } from "./10-CodesInMemory.ts"
import type { Mutant } from "./Mutant.ts"

export const mutants: ReadonlyArray<Mutant> = [
  mirrorInTheBackground,
  clientCacheDeleted,
  clientCacheRefilled,
  codesInKv,
  familiesInMemory,
  auditBestEffort,
  ticketFlagInKv,
  sessionsInMemory,
  codesInMemory
]

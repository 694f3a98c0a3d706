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
import { introspectionForAnybody } from "./16-IntrospectionForAnybody.ts"
import { revocationByAnybody } from "./16b-RevocationByAnybody.ts"
import { authTimeMissing } from "./19-AuthTimeMissing.ts"
import { authTimeMadeUp } from "./19b-AuthTimeMadeUp.ts"
import { challengeInTwoSteps } from "./21-ChallengeInTwoSteps.ts"
import { deletedBeforeThereIsAnything } from "./22-DeletedBeforeThereIsAnything.ts"
import { userinfoOfAnother } from "./23-UserinfoOfAnother.ts"
import { authTimeOrNow } from "./W1-AuthTimeOrNow.ts"
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
  codesInMemory,
  introspectionForAnybody,
  revocationByAnybody,
  authTimeMissing,
  authTimeMadeUp,
  challengeInTwoSteps,
  deletedBeforeThereIsAnything,
  userinfoOfAnother,
  authTimeOrNow
]

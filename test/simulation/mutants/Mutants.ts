/** Every mutant, and those that wait for something that is not there yet. */
import { mirrorInTheBackground } from "./01-MirrorInTheBackground.ts"
import { clientCacheDeleted } from "./02-ClientCacheDeleted.ts"
import { clientCacheRefilled } from "./02b-ClientCacheRefilled.ts"
import { redirectUrisFromKv } from "./02c-RedirectUrisFromKv.ts"
import { copiesWithoutEnd } from "./02d-CopiesWithoutEnd.ts"
import { codesInKv } from "./03-CodesInKv.ts"
import { familiesInMemory } from "./04-FamiliesInMemory.ts"
import { auditBestEffort } from "./05-AuditBestEffort.ts"
import { deletedBeforeStored } from "./05b-DeletedBeforeStored.ts"
import { onlyInTheOutbox } from "./05c-OnlyInTheOutbox.ts"
import { limitInKv } from "./06-LimitInKv.ts"
import { counterSetBlindly } from "./07-CounterSetBlindly.ts"
import { countedWhenWrong } from "./06b-CountedWhenWrong.ts"
import { countedByEachIsolate } from "./06c-CountedByEachIsolate.ts"
import { leasedTwice } from "./06d-LeasedTwice.ts"
import { sessionTokenFlagInKv } from "./08-SessionTokenFlagInKv.ts"
import { sessionsInMemory } from "./09-SessionsInMemory.ts"
import { codesInMemory } from "./10-CodesInMemory.ts"
import { proofsInKv } from "./12-ProofsInKv.ts"
import { spentBeforeSigned } from "./12b-SpentBeforeSigned.ts"
import { grownByChanging } from "./12c-GrownByChanging.ts"
import { pushedInTwoSteps } from "./11-PushedInTwoSteps.ts"
import { usedUpByLooking } from "./11b-UsedUpByLooking.ts"
import { keysNeverReadAgain } from "./13-KeysNeverReadAgain.ts"
import { signsBeforePublished } from "./13b-SignsBeforePublished.ts"
import { removedEarly } from "./13c-RemovedEarly.ts"
import { oldCodeOverNewRows } from "./14-OldCodeOverNewRows.ts"
import { runnersWithoutLock } from "./14b-RunnersWithoutLock.ts"
import { plainComparison } from "./15-PlainComparison.ts"
import { introspectionForAnybody } from "./16-IntrospectionForAnybody.ts"
import { revocationByAnybody } from "./16b-RevocationByAnybody.ts"
import { rotatorNotUsed } from "./17-RotatorNotUsed.ts"
import { databaseNotCleaned } from "./18b-DatabaseNotCleaned.ts"
import { nothingIsSwept } from "./18-NothingIsSwept.ts"
import { authTimeMissing } from "./19-AuthTimeMissing.ts"
import { authTimeMadeUp } from "./19b-AuthTimeMadeUp.ts"
import { resetInTwoSteps } from "./20-ResetInTwoSteps.ts"
import { challengeInTwoSteps } from "./21-ChallengeInTwoSteps.ts"
import { letterInTwoSteps } from "./21b-LetterInTwoSteps.ts"
import { challengeInKv } from "./21a-ChallengeInKv.ts"
import { deletedTooSoon } from "./22-DeletedTooSoon.ts"
import { letterUsedUpTooSoon } from "./22b-LetterUsedUpTooSoon.ts"
import { userinfoOfAnother } from "./23-UserinfoOfAnother.ts"
import { sessionsOneByOne } from "./24-SessionsOneByOne.ts"
import { oneOperationEach } from "./24b-OneOperationEach.ts"
import { endedAgainLater } from "./24c-EndedAgainLater.ts"
import { oneCallEach } from "./24d-OneCallEach.ts"
import { authTimeOrNow } from "./W1-AuthTimeOrNow.ts"
import { deletedLast } from "./W2-DeletedLast.ts"
import { letterDeletedLast } from "./W2b-LetterDeletedLast.ts"
import { throwsOnLength } from "./W3-ThrowsOnLength.ts"
import { zeroIsRefused } from "./W4-ZeroIsRefused.ts"
import { shortLived } from "./W5-ShortLived.ts"
import { everyErrorRetried } from "./W6-EveryErrorRetried.ts"
import { expiryBeforeAttempt } from "./S1-ExpiryBeforeAttempt.ts"
import { graceByAnotherClock } from "./S2-GraceByAnotherClock.ts"
import { onlyTheHeadIsRevoked } from "./S3-OnlyTheHeadIsRevoked.ts"
import { sessionBetweenPages } from "./S4-SessionBetweenPages.ts"
import { oldGenerationsRotate } from "./S5-OldGenerationsRotate.ts"
import { revokingDoesNothing } from "./S6-RevokingDoesNothing.ts"
import { administratorsCounted } from "./S7-AdministratorsLetGo.ts"
import type { Mutant } from "./Mutant.ts"

export { notYet } from "./NotYet.ts"

/** Defects that no schedule shows. */
export const elsewhere = [plainComparison]

export const mutants: ReadonlyArray<Mutant> = [
  mirrorInTheBackground,
  clientCacheDeleted,
  clientCacheRefilled,
  redirectUrisFromKv,
  copiesWithoutEnd,
  codesInKv,
  familiesInMemory,
  auditBestEffort,
  deletedBeforeStored,
  onlyInTheOutbox,
  limitInKv,
  countedWhenWrong,
  countedByEachIsolate,
  leasedTwice,
  sessionTokenFlagInKv,
  counterSetBlindly,
  sessionsInMemory,
  codesInMemory,
  proofsInKv,
  spentBeforeSigned,
  grownByChanging,
  pushedInTwoSteps,
  usedUpByLooking,
  keysNeverReadAgain,
  signsBeforePublished,
  removedEarly,
  oldCodeOverNewRows,
  runnersWithoutLock,
  introspectionForAnybody,
  revocationByAnybody,
  rotatorNotUsed,
  nothingIsSwept,
  databaseNotCleaned,
  authTimeMissing,
  authTimeMadeUp,
  resetInTwoSteps,
  challengeInTwoSteps,
  letterInTwoSteps,
  challengeInKv,
  deletedTooSoon,
  letterUsedUpTooSoon,
  userinfoOfAnother,
  sessionsOneByOne,
  oneOperationEach,
  endedAgainLater,
  oneCallEach,
  authTimeOrNow,
  deletedLast,
  letterDeletedLast,
  throwsOnLength,
  zeroIsRefused,
  shortLived,
  everyErrorRetried,
  expiryBeforeAttempt,
  graceByAnotherClock,
  onlyTheHeadIsRevoked,
  sessionBetweenPages,
  oldGenerationsRotate,
  revokingDoesNothing,
  administratorsCounted
]

/**
 * Deleting a user: first the home, then the sign-in names.
 *
 * Cut off in between, the names are held by a tombstone: nobody signs in with them, and whoever asks for one of them
 * later takes it over as an abandoned reservation (`CreateUser`), so it heals by itself, and sooner if the deletion is
 * asked for again. The other order would leave a home that lives without its names, while somebody else already signs
 * in with them.
 */
import { Effect } from "effect"
import { type Expected, isExpected } from "../../../domain/EntityTag.ts"
import { ofLogin } from "../../../domain/Identifier.ts"
import type { UserId } from "../../../domain/Ids.ts"
import { Identifiers } from "../../storage/Identifiers.ts"
import { retried } from "../../storage/Retry.ts"
import { Users } from "../../storage/Users.ts"
import { doubtAbout, removeOld } from "../ChangeAvatar.ts"
import { patience } from "./ChangeUser.ts"
import { newEvent } from "./NewEvent.ts"
import { oversees } from "../admin/Oversees.ts"
import { noSuchUser, orHalfDone, userConflict } from "./Refusals.ts"
import { isAdministrator, letGo } from "./SetRoles.ts"
import { findUserId } from "./ShowUser.ts"
import { ofProfile } from "./SignInNames.ts"

/** Sessions, consents and grants fall with the home. Says whom it deleted. */
export const deleteUser = Effect.fn("DeleteUser")(function* (who: string, expected: Expected = "any") {
  const userId = yield* findUserId(who)
  const user = yield* removed(userId, who, expected).pipe(
    // Judged anew each time somebody else was faster: who came to be an administrator is deleted as one.
    Effect.retry({ times: patience - 1, while: ({ _tag }) => _tag === "UserChanged" }),
    Effect.catchTag("UserChanged", () => userConflict(who))
  )
  // A deletion that was cut off is finished by whichever name it is asked for again; a tombstone knows none.
  const given = ofLogin(who)
  const identifiers = [
    ...new Set([...(user === null ? [] : ofProfile(user.profile)), ...(given === undefined ? [] : [given])])
  ]
  if (user !== null) yield* removeOld(user)
  const event = yield* newEvent({ type: "identifier.released", userId, detail: { identifiers: identifiers.join(" ") } })
  yield* retried(Identifiers.release)({ userId, identifiers, reservedBy: null }, event).pipe(
    orHalfDone("The user is deleted, but the sign-in names may not be free yet: delete again.")
  )
  return { id: userId }
})

/** The home is a tombstone; who lived there until now. */
const removed = Effect.fnUntraced(function* (userId: UserId, who: string, expected: Expected) {
  const user = yield* retried(Users.find)(userId)
  if (user !== null) {
    if (!isExpected(expected, user)) return yield* userConflict(who)
    yield* oversees(user)
    if (isAdministrator(user)) yield* letGo(user)
    if (user.avatar !== undefined) yield* doubtAbout(user, [])
  }
  const version = user?.version ?? 0
  yield* retried(Users.remove)({ userId, version }).pipe(Effect.catchTag("NoSuchUser", () => noSuchUser(who)))
  return user
})

/** Changing a user whatever else is being changed about them: judged anew each time somebody else was faster. */
import { Effect } from "effect"
import { retried } from "../../storage/Retry.ts"
import { type UserChange, Users } from "../../storage/Users.ts"
import { noSuchUser, UserConflict } from "./Refusals.ts"
import { findUser } from "./ShowUser.ts"

/** How often somebody else may be faster: whoever is to be disabled could go on changing their own profile. */
const patience = 10

/** The user as changed. */
export const changeUser = Effect.fn("ChangeUser")(function* (
  who: string,
  change: Omit<UserChange, "userId" | "version">
) {
  for (let tries = 0; tries < patience; tries += 1) {
    const { id, version } = yield* findUser(who)
    const changed = yield* retried(Users.change)({ userId: id, version, ...change }).pipe(
      Effect.catchTag("UserChanged", () => Effect.succeed(undefined)),
      Effect.catchTag("NoSuchUser", () => noSuchUser(who))
    )
    if (changed !== undefined) return changed
  }
  return yield* new UserConflict({ message: `The user ${who} is being changed all the time: try again.` })
})

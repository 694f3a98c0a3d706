/** Changing a user whatever else is being changed about them: judged anew each time somebody else was faster. */
import { Effect } from "effect"
import type { User } from "../../../domain/User.ts"
import type { NoSuchUser, UserChanged } from "../../storage/Users.ts"
import { noSuchUser, UserConflict } from "./Refusals.ts"
import { findUser } from "./ShowUser.ts"

/** How often somebody else may be faster: whoever is to be disabled could go on changing their own profile. */
export const patience = 10

/** What becomes of a change that is judged by the user as they are. */
export const judgedAnew = Effect.fnUntraced(function* <A, E, R>(
  who: string,
  change: (user: User) => Effect.Effect<A, E | NoSuchUser | UserChanged, R>
) {
  for (let tries = 0; tries < patience; tries += 1) {
    const done = yield* change(yield* findUser(who)).pipe(
      Effect.map((changed) => ({ changed })),
      Effect.catchTag("UserChanged", () => Effect.succeed(undefined)),
      Effect.catchTag("NoSuchUser", () => noSuchUser(who))
    )
    if (done !== undefined) return done.changed
  }
  return yield* new UserConflict({ message: `The user ${who} is being changed all the time: try again.` })
})

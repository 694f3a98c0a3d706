/** Finding a user by user name, e-mail address or id, and what an operator sees of one. */
import { Effect, Option, Schema } from "effect"
import { ofLogin } from "../../../domain/Identifier.ts"
import { UserId } from "../../../domain/Ids.ts"
import type { User } from "../../../domain/User.ts"
import { Identifiers } from "../../storage/Identifiers.ts"
import { retried } from "../../storage/Retry.ts"
import { Users } from "../../storage/Users.ts"
import { isPlaced } from "../Placed.ts"
import { noSuchUser } from "./Refusals.ts"

export const showUser = Effect.fn("ShowUser")(function* (who: string) {
  return shownUser(yield* findUser(who))
})

/** A user without the password's hash: whether there is one is all that may be told. */
export const shownUser = ({ passwordHash, ...user }: User) => ({ ...user, hasPassword: passwordHash !== null })
export type ShownUser = ReturnType<typeof shownUser>

/** The user whom an operator means. */
export const findUser = Effect.fnUntraced(function* (who: string) {
  const userId = yield* findUserId(who)
  const user = yield* retried(Users.find)(userId)
  return user ?? (yield* noSuchUser(who))
})

/** The id that a user name, an e-mail address or an id stands for, whether there is a home behind it or not. */
export const findUserId = Effect.fnUntraced(function* (who: string) {
  // No user name looks like an id (`SignInNames.ofUsername`), so nobody can stand in the way of another's.
  const id = Schema.decodeUnknownOption(UserId)(who.trim())
  if (Option.isSome(id)) return (yield* isPlaced(id.value)) ? id.value : yield* noSuchUser(who)
  const identifier = ofLogin(who)
  const known = identifier === undefined ? null : yield* retried(Identifiers.resolve)(identifier)
  return known ?? (yield* noSuchUser(who))
})

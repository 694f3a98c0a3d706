/** A user's picture, as an administrator sets it or takes it away. docs/decisions/0035-avatars.md. */
import { Effect } from "effect"
import type { AvatarFault } from "../../../domain/Avatar.ts"
import { type Expected, isExpected } from "../../../domain/EntityTag.ts"
import { oversees } from "../admin/Oversees.ts"
import { giveAvatar, takeAvatar } from "../ChangeAvatar.ts"
import { InvalidField, noSuchUser, userConflict } from "./Refusals.ts"
import { findUser, shownUser } from "./ShowUser.ts"

const sentences: Record<AvatarFault, string> = {
  large: "The picture is larger than 5 MB.",
  type: "The body is no JPEG, PNG, GIF or WebP.",
  damaged: "The picture is damaged or incomplete.",
  pixels: "The picture is more than 8192 pixels wide or high."
}

export const setAvatar = Effect.fn("SetAvatar")(function* (who: string, uploaded: Uint8Array, expected: Expected) {
  const user = yield* overseen(who, expected)
  const changed = yield* giveAvatar(user, uploaded).pipe(
    Effect.catchTags({
      AvatarRefused: ({ fault }) => new InvalidField({ field: "body", message: sentences[fault] }),
      UserChanged: () => userConflict(who),
      NoSuchUser: () => noSuchUser(who)
    })
  )
  return shownUser(changed)
})

export const removeAvatar = Effect.fn("RemoveAvatar")(function* (who: string, expected: Expected) {
  const user = yield* overseen(who, expected)
  const changed = yield* takeAvatar(user).pipe(
    Effect.catchTags({ UserChanged: () => userConflict(who), NoSuchUser: () => noSuchUser(who) })
  )
  return shownUser(changed)
})

const overseen = Effect.fnUntraced(function* (who: string, expected: Expected) {
  const user = yield* findUser(who)
  if (!isExpected(expected, user)) return yield* userConflict(who)
  yield* oversees(user)
  return user
})

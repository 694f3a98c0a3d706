/**
 * Deleting pictures that no home names: what uploads, replacements and deletions left that were cut off.
 * docs/decisions/0035-avatars.md.
 */
import { Clock, Effect } from "effect"
import { uploadLife } from "../../../domain/Avatar.ts"
import { Avatars, type KeptDoubt } from "../../storage/Avatars.ts"
import { retried } from "../../storage/Retry.ts"
import { Users } from "../../storage/Users.ts"

/** Doubts that a run looks at, one for each picture that was uploaded or taken away: 28,000 a day. */
const page = 100

/**
 * A doubt is looked at well after it is over: no home is changed on its behalf any more, whichever clock that home goes
 * by, and every answer that was on its way has come.
 */
const patience = uploadLife

export const settleAvatars = Effect.fn("SettleAvatars")(function* () {
  const now = yield* Clock.currentTimeMillis
  const due = (yield* retried(Avatars.doubts)(page)).filter(({ doubt }) => now >= doubt.until + patience)
  let deleted = 0
  for (const kept of due) deleted += yield* settle(kept)
  return { doubts: due.length, deleted }
})

const settle = Effect.fnUntraced(function* ({ doubt, name }: KeptDoubt) {
  const user = yield* retried(Users.find)(doubt.userId)
  const unnamed = doubt.avatars.filter((id) => id !== user?.avatar)
  for (const id of unnamed) yield* retried(Avatars.remove)(id)
  yield* retried(Avatars.settle)(name)
  return unnamed.length
})

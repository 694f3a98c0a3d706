/** Disabling a user and enabling one again. */
import { Effect } from "effect"
import { changeUser } from "./ChangeUser.ts"
import { shownUser } from "./ShowUser.ts"

/**
 * From the answer on, nobody signs in as this user, and no session, code or token of theirs is good. Enabling brings
 * none of them back: whoever was the reason may still hold one.
 */
export const disableUser = Effect.fn("DisableUser")(function* (who: string) {
  return shownUser(yield* changeUser(who, { status: "disabled" }))
})

export const enableUser = Effect.fn("EnableUser")(function* (who: string) {
  return shownUser(yield* changeUser(who, { status: "active" }))
})

/** A picture for whoever knows its address. */
import { Effect, Option, Schema } from "effect"
import { AvatarId } from "../../domain/Avatar.ts"
import { Avatars } from "../storage/Avatars.ts"
import { retried } from "../storage/Retry.ts"

const idOf = Schema.decodeUnknownOption(AvatarId)

/** Null if there is none; for what can be no picture's id, storage is not asked. */
export const showAvatar = Effect.fn("ShowAvatar")(function* (id: string) {
  const known = idOf(id)
  return Option.isNone(known) ? null : yield* retried(Avatars.read)(known.value)
})

/** Its type alone, for whoever has it already or wants only to know of it. */
export const findAvatar = Effect.fn("FindAvatar")(function* (id: string) {
  const known = idOf(id)
  return Option.isNone(known) ? null : yield* retried(Avatars.find)(known.value)
})

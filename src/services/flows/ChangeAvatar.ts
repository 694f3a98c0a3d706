/**
 * Giving a person a picture, and taking it away. docs/decisions/0035-avatars.md.
 *
 * First it is written down which pictures may be nobody's if this ends early, then the new one is put, then the home
 * names it, then the old one is deleted: cut off anywhere, no home names a picture that is not there. The doubt is
 * left to whoever comes along later (`SettleAvatars`) and deletes what no home names: by then every answer has come
 * that was on its way, and the person may have been deleted by somebody who did not know of this picture.
 */
import { Clock, Effect, Schema } from "effect"
import {
  type Avatar,
  AvatarDoubt,
  AvatarFault,
  AvatarId,
  avatarUri,
  readAvatar,
  uploadLife
} from "../../domain/Avatar.ts"
import { Profile, type User } from "../../domain/User.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { Avatars } from "../storage/Avatars.ts"
import { retried } from "../storage/Retry.ts"
import { Users } from "../storage/Users.ts"
import { drawSecret } from "./Secrets.ts"
import { throttle } from "./limits/Throttle.ts"

/** What was uploaded is no picture that is taken here. */
export class AvatarRefused extends Schema.TaggedError<AvatarRefused>()("AvatarRefused", { fault: AvatarFault }) {}

/** The picture is judged, kept, and named by the home of the user as they are; counted for the person it is of. */
export const giveAvatar = Effect.fn("GiveAvatar")(function* (user: User, uploaded: Uint8Array) {
  yield* throttle("avatar", user.id)
  const picture = yield* Effect.fromResult(readAvatar(uploaded)).pipe(
    Effect.mapError((fault) => new AvatarRefused({ fault }))
  )
  const { issuer } = yield* ProviderConfig
  const id = AvatarId.make(yield* drawSecret)
  return yield* changed(user, new Profile({ ...user.profile, picture: avatarUri(issuer, id) }), { ...picture, id })
})

/** The claim `picture` goes with the picture, unless it says something else by now. */
export const takeAvatar = Effect.fn("TakeAvatar")(function* (user: User) {
  if (user.avatar === undefined) return user
  const { issuer } = yield* ProviderConfig
  const { picture, ...rest } = user.profile
  const isOurs = picture === avatarUri(issuer, user.avatar)
  return yield* changed(user, isOurs ? new Profile(rest) : user.profile, null)
})

const changed = Effect.fnUntraced(function* (user: User, profile: Profile, avatar: Avatar | null) {
  const { id: userId, version } = user
  const until = yield* doubtAbout(user, avatar === null ? [] : [avatar.id])
  if (avatar !== null) yield* retried(Avatars.put)(avatar)
  const named = { id: avatar?.id ?? null, until }
  const after = yield* retried(Users.change)({ userId, version, profile, avatar: named })
  yield* removeOld(user)
  return after
})

/** Writes down that the user's picture, and these, may be nobody's, after a while that it says. */
export const doubtAbout = Effect.fnUntraced(function* (user: User, added: ReadonlyArray<AvatarId>) {
  const until = (yield* Clock.currentTimeMillis) + uploadLife
  const avatars = [...added, ...(user.avatar === undefined ? [] : [user.avatar])]
  // Names are in the order of their times.
  const name = `${String(until).padStart(16, "0")}-${yield* drawSecret}`
  yield* retried(Avatars.doubt)({ name, doubt: new AvatarDoubt({ userId: user.id, avatars, until }) })
  return until
})

/** Deletes the picture that no home names any more. Nobody has to wait for it: what is left is found by its doubt. */
export const removeOld = ({ avatar }: User) =>
  avatar === undefined
    ? Effect.void
    : retried(Avatars.remove)(avatar).pipe(
        Effect.catch(({ operation }) =>
          Effect.logWarning("an old picture is deleted later").pipe(Effect.annotateLogs({ operation }))
        )
      )

/**
 * Changing what an operator keeps of a user: claims, names, fields of the operator's own.
 *
 * Names first, then the home, then the names that are given up (docs/decisions/0025-account.md): cut off anywhere, the
 * account has at least the names of its profile.
 */
import { Effect, Result, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { changedFields } from "../../../domain/CustomField.ts"
import { type Expected, isExpected } from "../../../domain/EntityTag.ts"
import type { Identifier } from "../../../domain/Identifier.ts"
import type { Profile, User } from "../../../domain/User.ts"
import { retried } from "../../storage/Retry.ts"
import { Settings } from "../../storage/Settings.ts"
import { inForce } from "../../../domain/Settings.ts"
import { Users } from "../../storage/Users.ts"
import { oversees } from "../admin/Oversees.ts"
import { releaseNames, reserveNames } from "../ReserveNames.ts"
import { judgedAnew } from "./ChangeUser.ts"
import { namesOf, profileOf, takenName } from "./CreateUser.ts"
import { InvalidField, orHalfDone, userConflict } from "./Refusals.ts"
import { ofProfile } from "./SignInNames.ts"
import { shownUser } from "./ShowUser.ts"

/** What is given replaces what was there; null takes it away. */
export const UserUpdate = Schema.Struct({
  username: Schema.optionalKey(Schema.NullOr(Schema.String)),
  email: Schema.optionalKey(Schema.NullOr(Schema.String)),
  emailVerified: Schema.optionalKey(Schema.Boolean),
  /** Standard claims (OIDC Core §5.1) but for those that are made of the names. */
  claims: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
  custom: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown))
})
export type UserUpdate = typeof UserUpdate.Type

export const updateUser = Effect.fn("UpdateUser")(function* (
  who: string,
  update: UserUpdate,
  expected: Expected = "any"
) {
  const { users } = inForce(yield* retried(Settings.find)())
  const reservation = yield* SecureRandom.SecureRandom.use((source) => source.uuidV7())
  const user = yield* judgedAnew(
    who,
    Effect.fnUntraced(function* (now: User) {
      if (!isExpected(expected, now)) return yield* userConflict(who)
      yield* oversees(now)
      const { names, profile } = yield* Effect.fromResult(updated(now.profile, update))
      const custom = yield* Effect.fromResult(
        Result.mapError(
          changedFields(now.custom ?? {}, update.custom ?? {}, users.customFields),
          ({ field, message }) =>
            new InvalidField({ field: `custom.${field}`, message: `custom.${field}: ${message}.` })
        )
      )
      return yield* changed(now, { profile, custom }, names, reservation)
    })
  )
  return shownUser(user)
})

/** All names that are the user's before and after, under one event: what is given up then is this reservation. */
const changed = Effect.fnUntraced(function* (
  now: User,
  change: Pick<User, "profile"> & { readonly custom: NonNullable<User["custom"]> },
  names: ReadonlyArray<Identifier>,
  reservation: string
) {
  const before = ofProfile(now.profile)
  const gone = before.filter((name) => !names.includes(name))
  const isMoved = gone.length > 0 || names.length > before.length
  const asked = { userId: now.id, version: now.version, ...change }
  if (!isMoved) return yield* retried(Users.change)(asked)
  yield* reserveNames(now.id, [...new Set([...before, ...names])], reservation).pipe(
    Effect.catchTag("IdentifierTaken", ({ holder }) => takenName(holder.identifier))
  )
  const unused = (kept: ReadonlyArray<Identifier>) => [...before, ...names].filter((name) => !kept.includes(name))
  const user = yield* retried(Users.change)(asked).pipe(
    Effect.tapError(({ _tag }) =>
      _tag === "UserChanged" ? releaseNames(now.id, unused(before), reservation) : Effect.void
    )
  )
  yield* releaseNames(now.id, unused(ofProfile(user.profile)), reservation).pipe(
    orHalfDone("The user is changed, but the former name may not be free yet: change it once more to free it.")
  )
  return user
})

const updated = (before: Profile, { claims = {}, email, emailVerified, username }: UserUpdate) =>
  Result.gen(function* () {
    const { email: ownEmail, email_verified, preferred_username, ...own } = before
    const members = Object.entries({ ...own, ...claims }).filter(([, value]) => value !== null)
    const address = email === undefined ? ownEmail : (email ?? undefined)
    const name = username === undefined ? preferred_username : (username ?? undefined)
    const isSame = address === ownEmail
    const verified = emailVerified ?? (isSame ? email_verified : undefined)
    const asked = {
      ...(name === undefined ? {} : { username: name }),
      ...(address === undefined ? {} : { email: address }),
      ...(verified === undefined ? {} : { emailVerified: verified }),
      claims: Object.fromEntries(members)
    }
    return { names: yield* namesOf(asked), profile: yield* profileOf(asked) }
  })

/**
 * Creating a user: first the sign-in names are reserved, then the home is made.
 *
 * Two storages cannot commit together, so the order is the one that heals. A creation that is cut off leaves names
 * without a home, never a home without names; whoever wants such a name later asks the home that was never made to stay
 * so (`User.void`), which decides the race with a slow maker, and takes the name.
 */
import { Effect, Result, Schema } from "effect"
import type { Identifier } from "../../../domain/Identifier.ts"
import type { UserId } from "../../../domain/Ids.ts"
import { addressFields, type FieldFault, faultyField } from "../../../domain/ProfileFields.ts"
import { Profile } from "../../../domain/User.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { retried } from "../../storage/Retry.ts"
import { Users } from "../../storage/Users.ts"
import { releaseNames, reserveNames } from "../ReserveNames.ts"
import { drawUserId } from "../Secrets.ts"
import { readFields } from "./Field.ts"
import { hashOperatorsPassword } from "./OperatorsPassword.ts"
import { InvalidField, NameTaken, orHalfDone } from "./Refusals.ts"
import { fieldOf, ofEmail, ofUsername, shown } from "./SignInNames.ts"
import { shownUser } from "./ShowUser.ts"

/** A user as an operator describes one. At least one of `username` and `email` is there. */
export const NewUser = Schema.Struct({
  username: Schema.optionalKey(Schema.String),
  email: Schema.optionalKey(Schema.String),
  /** The operator's word, true unless said otherwise. */
  emailVerified: Schema.optionalKey(Schema.Boolean),
  /** Absent for somebody who cannot sign in with a password yet. */
  password: Schema.optionalKey(Schema.RedactedFromValue(Schema.String)),
  /** Standard claims (OIDC Core §5.1) but for those that are made of the names. */
  claims: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown))
})
export type NewUser = typeof NewUser.Type

export const createUser = Effect.fn("CreateUser")(function* (asked: NewUser) {
  const identifiers = yield* Effect.fromResult(namesOf(asked))
  const profile = yield* Effect.fromResult(profileOf(asked))
  // Hashed before the names are reserved, because it is slow and a reservation does not wait for ever.
  const passwordHash = asked.password === undefined ? null : yield* hashOperatorsPassword(asked.password, profile)
  const { accountGenerations } = yield* ProviderConfig
  const userId = yield* drawUserId(accountGenerations)
  yield* reserveNames(userId, identifiers).pipe(
    Effect.catchTag("IdentifierTaken", ({ holder }) => takenName(holder.identifier))
  )
  const user = yield* retried(Users.create)({ userId, profile, passwordHash }).pipe(
    orHalfDone("The names are reserved; whether the user was made is not known. Look, and try again in a minute."),
    Effect.catchTag("UserVoid", () => giveUp(userId, identifiers))
  )
  return shownUser(user)
})

/** The names that a user so described signs in with. */
export const namesOf = (
  asked: Pick<NewUser, "username" | "email">
): Result.Result<ReadonlyArray<Identifier>, InvalidField> =>
  Result.gen(function* () {
    const username = asked.username === undefined ? [] : [yield* ofUsername(asked.username)]
    const email = asked.email === undefined ? [] : [yield* ofEmail(asked.email)]
    const names = [...username, ...email]
    return names.length === 0
      ? yield* Result.fail(
          new InvalidField({ field: "username", message: "Give a user name, an e-mail address or both." })
        )
      : names
  })

const readProfile = readFields(Profile, "is not a standard claim of OpenID Connect")

/** Claims whose value comes from somewhere else, and where from. */
const claimsOfNames: Readonly<Record<string, string>> = {
  sub: "the id is made by the provider",
  updated_at: "the provider keeps it",
  preferred_username: "it is the user name",
  email: "give it as the e-mail address",
  email_verified: "say it of the e-mail address"
}

/** What an operator is told of a value, after the name of its claim. */
const faults: Readonly<Record<FieldFault, string>> = {
  text: "must not have control characters",
  long: "is too long",
  url: "must be an http or https URL",
  birthdate: "must be a date like 1815-12-10 or 0000-12-10, or a year",
  zoneinfo: "must be a time zone like Europe/London",
  locale: "must be a language tag like en-GB",
  phone: "must be a phone number like +44 20 7946 0000"
}

/** The profile of a user so described. */
export const profileOf = (asked: NewUser): Result.Result<Profile, InvalidField> =>
  Result.gen(function* () {
    const claims = asked.claims ?? {}
    const misplaced = Object.keys(claims).find((claim) => Object.hasOwn(claimsOfNames, claim))
    if (misplaced !== undefined) {
      const message = `${misplaced}: ${claimsOfNames[misplaced]}.`
      return yield* Result.fail(new InvalidField({ field: misplaced, message }))
    }
    const profile = yield* readProfile({
      ...claims,
      ...(asked.username === undefined ? {} : { preferred_username: asked.username.trim() }),
      ...(asked.email === undefined ? {} : { email: asked.email.trim(), email_verified: asked.emailVerified ?? true })
    })
    const faulty = faultyField(profile)
    if (faulty === undefined) return profile
    const field = (addressFields as ReadonlyArray<string>).includes(faulty.field)
      ? `address.${faulty.field}`
      : faulty.field
    return yield* Result.fail(new InvalidField({ field, message: `${field}: ${faults[faulty.fault]}.` }))
  })

/** The home was made void while this was under way: somebody waited long enough, and has the names by now. */
const giveUp = Effect.fnUntraced(function* (userId: UserId, identifiers: ReadonlyArray<Identifier>) {
  yield* releaseNames(userId, identifiers)
  return yield* takenName(identifiers[0])
})

/** What whoever wanted the name is told. */
export const takenName = (identifier: Identifier | undefined) => {
  const field = identifier === undefined ? "username" : fieldOf(identifier)
  const name = field === "email" ? "e-mail address" : "user name"
  return new NameTaken({ field, message: `The ${name} ${identifier === undefined ? "" : shown(identifier)} is taken.` })
}

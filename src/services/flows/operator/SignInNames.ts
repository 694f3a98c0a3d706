/** The names a user signs in with: which may be given, and which a user holds. */
import { Option, Result, Schema } from "effect"
import { type Identifier, isEmail, isUsername, ofLogin } from "../../../domain/Identifier.ts"
import { UserId } from "../../../domain/Ids.ts"
import type { Profile } from "../../../domain/User.ts"
import { InvalidField } from "./Refusals.ts"

const refuse = (field: "username" | "email", message: string) => Result.fail(new InvalidField({ field, message }))

/** The identifier of a user name that may be given to somebody. */
export const ofUsername = (username: string): Result.Result<Identifier, InvalidField> => {
  const identifier = isUsername(username) ? ofLogin(username) : undefined
  // Judged in the form in which it is unique too: a compatibility character could become an @, and shadow an address.
  if (identifier === undefined || !isUsername(identifier.replace(/^username:/, "")) || !isName(identifier)) {
    return refuse("username", "The user name must have 1 to 64 characters, no space and no @.")
  }
  return Option.isSome(Schema.decodeUnknownOption(UserId)(username.trim()))
    ? refuse("username", "The user name must not look like a user id.")
    : Result.succeed(identifier)
}

const isName = (identifier: Identifier): boolean => identifier.startsWith("username:")

/** The identifier of an e-mail address that may be given to somebody. */
export const ofEmail = (email: string): Result.Result<Identifier, InvalidField> => {
  const identifier = isEmail(email) ? ofLogin(email) : undefined
  return identifier === undefined || !isEmail(identifier.replace(/^email:/, ""))
    ? refuse("email", "The e-mail address must be like alice@example.com and have at most 254 characters.")
    : Result.succeed(identifier)
}

/** The names that a user with this profile holds. */
export const ofProfile = (profile: Profile): ReadonlyArray<Identifier> =>
  [profile.preferred_username, profile.email].flatMap((name) => (name === undefined ? [] : (ofLogin(name) ?? [])))

/** Which of the two a name is, for whoever has to give another. */
export const fieldOf = (identifier: Identifier): "username" | "email" =>
  identifier.startsWith("email:") ? "email" : "username"

/** A name as one types it. */
export const shown = (identifier: Identifier): string => identifier.slice(identifier.indexOf(":") + 1)

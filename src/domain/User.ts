/** A user: status, sign-in names and the standard claims, address as an object. OIDC Core §5.1 and §5.1.1. */
import { Schema } from "effect"
import { AvatarId } from "./Avatar.ts"
import { CustomFields } from "./CustomField.ts"
import { UserId } from "./Ids.ts"
import { UserRoles } from "./Role.ts"

const text = Schema.optionalKey(Schema.String.pipe(Schema.check(Schema.isMaxLength(2048))))

/** The `address` claim. OIDC Core §5.1.1. */
export class Address extends Schema.Class<Address>("Address")({
  formatted: text,
  street_address: text,
  locality: text,
  region: text,
  postal_code: text,
  country: text
}) {}

/** The standard claims about a user, without `sub` and `updated_at`, which the home adds. OIDC Core §5.1. */
export class Profile extends Schema.Class<Profile>("Profile")({
  name: text,
  given_name: text,
  family_name: text,
  middle_name: text,
  nickname: text,
  preferred_username: text,
  profile: text,
  picture: text,
  website: text,
  gender: text,
  birthdate: text,
  zoneinfo: text,
  locale: text,
  email: text,
  email_verified: Schema.optionalKey(Schema.Boolean),
  phone_number: text,
  phone_number_verified: Schema.optionalKey(Schema.Boolean),
  address: Schema.optionalKey(Address)
}) {}

/**
 * `void` is the tombstone of an id whose reservation was taken over before its home was made: it can never be created.
 */
export const UserStatus = Schema.Literals(["active", "disabled", "void"])
export type UserStatus = typeof UserStatus.Type

/** A user as its home keeps it. Times in milliseconds. */
export class User extends Schema.Class<User>("User")({
  id: UserId,
  status: UserStatus,
  profile: Profile,
  /** A PHC string. Undefined for somebody who cannot sign in with a password. */
  passwordHash: Schema.NullOr(Schema.String),
  createdAt: Schema.Int,
  updatedAt: Schema.Int,
  /** When the password was set, if it was since the user was made. Logins before that were not made with it. */
  passwordSince: Schema.optionalKey(Schema.Int),
  /** How often all that applications were given was taken back: a grant of an earlier count is revoked. */
  recalls: Schema.optionalKey(Schema.Int),
  /** How often the e-mail address became another: a letter of an earlier count changes it no more. */
  addressChanges: Schema.optionalKey(Schema.Int),
  /** The picture that they uploaded, or an administrator for them. */
  avatar: Schema.optionalKey(AvatarId),
  /** What the user is here, by name. Absent for nobody in particular. */
  roles: Schema.optionalKey(UserRoles),
  /** What the operator keeps of the user beside the standard claims. */
  custom: Schema.optionalKey(CustomFields),
  /** Counts the changes, so that a mirror never goes back. */
  version: Schema.Int
}) {}

/** All that may be told about a user to a client, but `sub`, which may be another for each. */
export const claims = (user: User): Readonly<Record<string, unknown>> => ({
  ...user.profile,
  updated_at: Math.floor(user.updatedAt / 1000)
})

/** What to call a user on a page. */
export const displayName = (user: User): string =>
  user.profile.name ?? user.profile.preferred_username ?? user.profile.email ?? user.id

/** What the person types to sign in, for the browser's own store of passwords; empty for somebody who has no name. */
export const signInName = ({ profile }: Pick<User, "profile">): string =>
  profile.preferred_username ?? profile.email ?? ""

/** The flags that describe a user, and the standard claims that they stand for. OIDC Core §5.1 and §5.1.1. */
import { Effect, Option, Schema } from "effect"
import { Flag } from "effect/cli"
import { CliFailure } from "../CliFailure.ts"
import { secretFlags } from "../Secrets.ts"

const text = (name: string, what: string) => Flag.String(name).pipe(Flag.withDescription(what), Flag.optional)
const either = (name: string, what: string) => Flag.Boolean(name).pipe(Flag.withDescription(what), Flag.optional)

const claimFlags = {
  name: text("name", "The full name"),
  given_name: text("given-name", "The first name"),
  family_name: text("family-name", "The last name"),
  middle_name: text("middle-name", "The middle name"),
  nickname: text("nickname", "What friends say"),
  profile: text("profile-url", "The address of a page about the user"),
  picture: text("picture", "The address of a picture"),
  website: text("website", "The user's own page"),
  gender: text("gender", "female, male or another word"),
  birthdate: text("birthdate", "YYYY-MM-DD, 0000-MM-DD or YYYY"),
  zoneinfo: text("zoneinfo", "The time zone, such as Europe/Paris"),
  locale: text("locale", "The language, such as en-GB"),
  phone_number: text("phone-number", "The phone number, such as +49 30 901820"),
  phone_number_verified: either("phone-number-verified", "Whether it was verified")
}

const addressFlags = {
  formatted: text("address", "The whole address, as on a letter"),
  street_address: text("street-address", "Street and number"),
  locality: text("locality", "The town"),
  region: text("region", "The state or region"),
  postal_code: text("postal-code", "The postal code"),
  country: text("country", "The country")
}

export const userFlags = {
  username: text("username", "The user name, to sign in with"),
  email: text("email", "The e-mail address, to sign in with"),
  emailVerified: either(
    "email-verified",
    "Whether the address was verified; it counts as verified unless said otherwise"
  ),
  password: secretFlags("password", "The password; HAPAX_PASSWORD counts if it is set"),
  withoutPassword: Flag.Boolean("without-password").pipe(
    Flag.withDescription("A user who cannot sign in yet"),
    Flag.withDefault(false)
  ),
  claims: claimFlags,
  address: addressFlags,
  profile: Flag.FileText("profile").pipe(
    Flag.withDescription("A JSON file with standard claims; a flag counts more than the file"),
    Flag.optional
  )
}

type Values<Flags> = { readonly [Key in keyof Flags]: Flags[Key] extends Flag.Flag<infer A> ? A : never }

export interface UserInput {
  readonly username: Option.Option<string>
  readonly email: Option.Option<string>
  readonly emailVerified: Option.Option<boolean>
  readonly claims: Values<typeof claimFlags>
  readonly address: Values<typeof addressFlags>
  readonly profile: Option.Option<string>
}

const Claims = Schema.Record(Schema.String, Schema.Unknown)
const decodeFile = Schema.decodeUnknownEffect(Schema.fromJsonString(Claims))
const decodeNames = Schema.decodeUnknownEffect(
  Schema.Struct({
    preferred_username: Schema.optionalKey(Schema.String),
    email: Schema.optionalKey(Schema.String),
    email_verified: Schema.optionalKey(Schema.Boolean)
  })
)

/** What is asked of the operator, without the password. The claims of a file that are names become names. */
export const newUserOf = Effect.fnUntraced(function* (input: UserInput) {
  const unreadable = () => new CliFailure({ message: "the file of --profile must be a JSON object of standard claims" })
  const file = Option.isSome(input.profile)
    ? yield* decodeFile(input.profile.value).pipe(Effect.mapError(unreadable))
    : {}
  const names = yield* decodeNames(file).pipe(Effect.mapError(unreadable))
  const { email: _email, email_verified: _verified, preferred_username: _username, ...others } = file
  const address = given(input.address)
  const claims = {
    ...others,
    ...given(input.claims),
    ...(Object.keys(address).length === 0 ? {} : { address: { ...Object(others["address"]), ...address } })
  }
  return {
    ...defined(
      "username",
      Option.getOrElse(input.username, () => names.preferred_username)
    ),
    ...defined(
      "email",
      Option.getOrElse(input.email, () => names.email)
    ),
    ...defined(
      "emailVerified",
      Option.getOrElse(input.emailVerified, () => names.email_verified)
    ),
    claims
  }
})

const given = (options: Readonly<Record<string, Option.Option<unknown>>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options).flatMap(([key, value]) => (Option.isSome(value) ? [[key, value.value]] : []))
  )

const defined = (key: string, value: unknown) => (value === undefined ? {} : { [key]: value })

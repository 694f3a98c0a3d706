/**
 * The standard claims that people fill in about themselves, and what each may say. OIDC Core §5.1, §5.1.1.
 *
 * An operator who makes a user and a person who edits their own profile are held to the same rules, so that a relying
 * party may take a claim for what the specification says it is.
 */
import { Result } from "effect"
import { Address, Profile } from "./User.ts"

/** The members of the `address` claim, and the order in which people are asked for them. */
export const addressFields = [
  "street_address",
  "locality",
  "region",
  "postal_code",
  "country",
  "formatted"
] as const satisfies ReadonlyArray<keyof Address>
export type AddressField = (typeof addressFields)[number]

/** The claims that are a text of one's own choice. Sign-in names and what others have verified are not among them. */
export const textFields = [
  "name",
  "given_name",
  "family_name",
  "middle_name",
  "nickname",
  "gender",
  "birthdate",
  "picture",
  "profile",
  "website",
  "locale",
  "zoneinfo",
  "phone_number"
] as const satisfies ReadonlyArray<keyof Profile>
export type TextField = (typeof textFields)[number]

export type ProfileField = TextField | AddressField

/** What is wrong with a value. */
export type FieldFault = "text" | "long" | "url" | "birthdate" | "zoneinfo" | "locale" | "phone"

export interface FaultyField {
  readonly field: ProfileField
  readonly fault: FieldFault
}

/** Characters. A name of 256 fits on a page with all the others; an address, of either kind, may be longer. */
const longest: { readonly [K in ProfileField]?: number } = {
  picture: 2048,
  profile: 2048,
  website: 2048,
  formatted: 1024,
  street_address: 1024
}
const longestText = 256

/** What is wrong with this value of a claim, if anything is. */
export const faultOf = (field: ProfileField, value: string): FieldFault | undefined => {
  if (value.length > (longest[field] ?? longestText)) return "long"
  // A half of a surrogate pair is no text, and a control character has no place but a line's end in an address.
  const line = field === "formatted" || field === "street_address" ? value.replace(/\r?\n/g, " ") : value
  if (!value.isWellFormed() || /[\p{Cc}\u2028\u2029]/u.test(line)) return "text"
  return rules[field]?.(value)
}

const rules: { readonly [K in ProfileField]?: (value: string) => FieldFault | undefined } = {
  picture: (value) => (isWebAddress(value) ? undefined : "url"),
  profile: (value) => (isWebAddress(value) ? undefined : "url"),
  website: (value) => (isWebAddress(value) ? undefined : "url"),
  birthdate: (value) => (isBirthdate(value) ? undefined : "birthdate"),
  zoneinfo: (value) => (isTimeZone(value) ? undefined : "zoneinfo"),
  locale: (value) => (isLanguageTag(value) ? undefined : "locale"),
  phone_number: (value) => (isPhoneNumber(value) ? undefined : "phone")
}

/** Relying parties make links of these, so they lead to the web and carry nobody's password. */
const isWebAddress = (text: string): boolean => {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === ""
}

/** `YYYY-MM-DD`, with the year 0000 for one that is not told, or a year alone. */
const isBirthdate = (text: string): boolean => {
  if (/^\d{4}$/.test(text)) return text !== "0000"
  const [, year = "", month = "", day = ""] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []
  // Somebody may be born on the 29th of February of a year that is not told.
  const date = new Date(`${year === "0000" ? "2000" : year}-${month}-${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day)
}

/** The time zones of the IANA database, by the names that the platform lists. */
export const timeZones: ReadonlyArray<string> = ["UTC", ...Intl.supportedValuesOf("timeZone")]

/** Links of the database ("Asia/Kolkata") are names, too; an offset is none. */
const isTimeZone = (text: string): boolean =>
  timeZones.includes(text) ||
  (/^[A-Z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)+$/.test(text) &&
    Result.isSuccess(Result.try(() => new Intl.DateTimeFormat("en", { timeZone: text }))))

/** BCP 47, with hyphens. */
const isLanguageTag = (text: string): boolean => Result.isSuccess(Result.try(() => new Intl.Locale(text)))

/** E.164: a plus and at most 15 digits, with what people put between them; an extension as RFC 3966 writes it. */
const isPhoneNumber = (text: string): boolean => {
  const [, number = ""] = /^(\+[1-9][0-9 ().-]*)(;ext=[0-9]{1,10})?$/.exec(text) ?? []
  const { length } = number.replace(/[^0-9]/g, "")
  return length >= 3 && length <= 15
}

/** The first value of a profile that breaks its rule. */
export const faultyField = (profile: Profile): FaultyField | undefined => {
  const values = [
    ...textFields.map((field) => [field, profile[field]] as const),
    ...addressFields.map((field) => [field, profile.address?.[field]] as const)
  ]
  for (const [field, value] of values) {
    const fault = value === undefined ? undefined : faultOf(field, value)
    if (fault !== undefined) return { field, fault }
  }
  return undefined
}

/** What somebody filled in, by field; a field that was not asked for is absent. */
export type Filled = { readonly [K in ProfileField]?: string }

/**
 * The profile with what was filled in, a field left empty taken away; or every field at fault. Whoever changes the
 * phone number has not shown that the new one is theirs.
 */
export const filledIn = (before: Profile, filled: Filled): Result.Result<Profile, ReadonlyArray<FaultyField>> => {
  const values = new Map<ProfileField, string>()
  const faults: Array<FaultyField> = []
  for (const field of [...textFields, ...addressFields]) {
    const value = filled[field]?.replace(/\r\n?/g, "\n").trim()
    if (value === undefined) continue
    const fault = value === "" ? undefined : faultOf(field, value)
    if (fault !== undefined) faults.push({ field, fault })
    values.set(field, value)
  }
  if (faults.length > 0) return Result.fail(faults)
  const { address: oldAddress, phone_number_verified, ...rest } = before
  const address = withValues(oldAddress ?? {}, addressFields, values)
  const profile = withValues(rest, textFields, values)
  const verified = profile.phone_number === before.phone_number ? phone_number_verified : undefined
  return Result.succeed(
    new Profile({
      ...profile,
      ...(Object.keys(address).length === 0 ? {} : { address: new Address(address) }),
      ...(verified === undefined ? {} : { phone_number_verified: verified })
    })
  )
}

const withValues = <A extends object>(
  before: A,
  fields: ReadonlyArray<ProfileField>,
  values: Map<string, string>
): A => {
  const given = fields.filter((field) => values.has(field))
  const kept = Object.entries(before).filter(([key]) => !(given as ReadonlyArray<string>).includes(key))
  const changed = given.map((field) => [field, values.get(field)] as const).filter(([, value]) => value !== "")
  return Object.fromEntries([...kept, ...changed]) as A
}

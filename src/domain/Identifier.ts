/** What people type to sign in: an e-mail address or a user name, in the one form in which it is unique. */
import { Schema } from "effect"

/** `email:alice@example.com` or `username:alice`: lower case, Unicode NFKC. */
export const Identifier = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^(email|username):.{1,320}$/u)),
  Schema.brand("Identifier")
)
export type Identifier = typeof Identifier.Type

const normal = (text: string): string => text.trim().normalize("NFKC").toLowerCase()

/** The identifier of what somebody typed: with an `@` it is an e-mail address. Undefined if it can be neither. */
export const ofLogin = (login: string): Identifier | undefined => {
  const name = normal(login)
  // A half of a surrogate pair is no text: a database would store another character for it.
  if (name === "" || name.length > 320 || !name.isWellFormed()) return undefined
  if (/[\x00-\x1f\x7f\u2028\u2029]/.test(name)) return undefined
  return Identifier.make(name.includes("@") ? `email:${name}` : `username:${name}`)
}

/** Whether a text may be registered as an e-mail address: one `@`, something before it, a host without a space. */
export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text.trim()) && text.length <= 254

/** Whether a text may be registered as a user name. Without `@`, or it could shadow an address. */
export const isUsername = (text: string): boolean => /^[^\s@]{1,64}$/u.test(text.trim())

/** How every identifier begins that is a name of this kind beginning so. */
export const beginningOf = (kind: "email" | "username", text: string): string => `${kind}:${normal(text)}`

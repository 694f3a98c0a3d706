/** The code that a person copies from a device. RFC 8628 §6.1. */
import { type Option, Schema } from "effect"

/** No vowels, so that no word comes of it, and nothing that is read as something else. RFC 8628 §6.1. */
export const letters = "BCDFGHJKLMNPQRSTVWXZ"

/** Eight letters: 34 bits, which last ten minutes and can be tried by signed-in people only. */
export const UserCode = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/)),
  Schema.brand("UserCode")
)
export type UserCode = typeof UserCode.Type

/** As people type it: in any case, with or without the dash, or with another in its place. */
export const parse = (text: string): Option.Option<UserCode> =>
  Schema.decodeUnknownOption(UserCode)(text.replace(/[^A-Za-z0-9]/g, "").toUpperCase())

/** As it is shown: in two halves. */
export const format = (code: UserCode): string => `${code.slice(0, 4)}-${code.slice(4)}`

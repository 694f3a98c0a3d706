/** A JWT that somebody else made, before anything of it is believed. RFC 7515 §4.1, RFC 7519 §2 and §4.1. */

/** What it says; that it says so is all that is known. */
export interface UnverifiedJwt {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

/**
 * Whether `typ` is one of these: a JWT that was made for another purpose is none for this, whoever signed it
 * (RFC 8725 §3.11). Case says nothing, and `application/` may be left out (RFC 7515 §4.1.9).
 */
export const isTyped = (typ: unknown, ...types: ReadonlyArray<string>): boolean =>
  typeof typ === "string" && types.includes(typ.toLowerCase().replace(/^application\//, ""))

/** A moment as seconds. RFC 7519 §2, NumericDate. */
export const isMoment = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value)

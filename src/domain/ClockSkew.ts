/** How far a client's clock may be off. RFC 7519 §4.1.4, FAPI 2.0 Security Profile §5.3.2.1. */

/** A clock that is ahead, in milliseconds: FAPI 2.0 wants 10 s accepted and more than 60 s refused. */
export const ahead = 30_000

/** A clock that is behind, in milliseconds: what has ended is taken for so long. */
export const behind = 10_000

/** Whether a moment of a JWT (`iat`, `nbf`: seconds) is later than any clock in order would say. */
export const isAhead = (seconds: number, now: number): boolean => seconds * 1000 > now + ahead

/** Until when (milliseconds) an `exp` (seconds) is taken. */
export const endOf = (seconds: number): number => Math.floor(seconds * 1000) + behind

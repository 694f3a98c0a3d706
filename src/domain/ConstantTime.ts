/**
 * Comparing what an attacker may not learn, in time that does not depend on where it differs.
 *
 * Both sides must be digests of one length (a hash, an HMAC tag): then the length says nothing either. The comparison
 * itself is the library's.
 */
import { Mac } from "effect/crypto"

const encoder = new TextEncoder()

/** Whether two digests, as base64url text, are the same. Texts of unequal length are different; nothing throws. */
export const equal = (a: string, b: string): boolean => Mac.timingSafeEqual(encoder.encode(a), encoder.encode(b))

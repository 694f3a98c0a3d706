/** Proof Key for Code Exchange, S256 only. RFC 7636 §4, RFC 9700 §2.1.1. */
import { Schema } from "effect"

/** The S256 challenge: the base64url of a SHA-256, so exactly 43 characters. RFC 7636 §4.2. */
export const CodeChallenge = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^[A-Za-z0-9_-]{43}$/)),
  Schema.brand("CodeChallenge")
)
export type CodeChallenge = typeof CodeChallenge.Type

/** Whether a text may be a code verifier: 43 to 128 unreserved characters. RFC 7636 §4.1. */
export const isVerifier = (text: string): boolean => /^[A-Za-z0-9\-._~]{43,128}$/.test(text)

/**
 * Letters by e-mail: what they say, how long that is of use, and when one is tried again. NIST SP 800-63B-4 §4.2.1.2
 * (links and codes that recover an account), §4.6 (telling people what happened to it).
 */
import { Schema } from "effect"
import { languages } from "./Language.ts"
import type { Lifetimes } from "./Lifetime.ts"

/** What happened to an account, of which its person is told whether they asked or not. */
export const Notice = Schema.Literals([
  "password_changed",
  "email_changed",
  "passkey_added",
  "passkey_removed",
  "possible_clone"
])
export type Notice = typeof Notice.Type

/** A letter, before it is written out in somebody's language. */
export const Letter = Schema.TaggedUnion({
  SignInLetter: { link: Schema.String, code: Schema.String },
  ResetLetter: { link: Schema.String },
  EmailChangeLetter: { link: Schema.String },
  NoticeLetter: { what: Notice }
})
export type Letter = typeof Letter.Type

/** A letter on its way, sealed: nothing outside this provider sees who gets it, or the link and the code in it. */
export const PostedLetter = Schema.Struct({
  /** The same one if it is posted or delivered again. */
  id: Schema.String,
  sealed: Schema.String
})
export type PostedLetter = typeof PostedLetter.Type

/** What is sealed. */
export const Envelope = Schema.Struct({
  /** Null: nobody gets it, and what was done is the same as if somebody did. */
  to: Schema.NullOr(Schema.String),
  language: Schema.Literals(languages),
  letter: Letter,
  /** From this moment on (milliseconds) it would only puzzle whoever gets it. */
  expiresAt: Schema.Int,
  /** So that the size does not tell whether somebody gets it. */
  padding: Schema.String
})
export type Envelope = typeof Envelope.Type

/** Bytes of JSON that the longest address takes (RFC 5321 §4.5.3.1.3), with its quotes. */
const room = 330

/** Bytes. Links say more or less of whom they are for, and that makes no other size either, but for a long request. */
const step = 2048

const encoder = new TextEncoder()

const bytesOf = (value: unknown): number => encoder.encode(JSON.stringify(value)).length

/** An envelope of a size that does not depend on who gets it. */
export const envelope = (letter: Omit<Envelope, "padding">): Envelope => {
  const address = bytesOf(letter.to)
  const padding = Math.max(0, room - address)
  const rest = (bytesOf(letter) + padding) % step
  return { ...letter, padding: " ".repeat(padding + (step - rest)) }
}

/**
 * Whether a text is one address, as it stands (RFC 5321 §4.1.2, no quoted local parts). A mail server may read what
 * a comma or an angle bracket is in as two addresses, or as another one.
 */
export const isOneAddress = (text: string): boolean =>
  /^[^\s\p{Cc}@<>()[\],;:"\\]{1,64}@[^\s\p{Cc}@<>()[\],;:"\\]+$/u.test(text) && text.length <= 254

/** A notice is of use for a day: who reads it later has nothing that is still to be stopped. */
const noticeLife = 24 * 60 * 60 * 1000

/** Milliseconds for which a letter is of use: as long as the longest-lived thing in it. */
export const lifeOf = (letter: Letter, lifetimes: Lifetimes): number =>
  Letter.match(letter, {
    SignInLetter: () => Math.max(lifetimes.magicLink, lifetimes.mailedCode),
    ResetLetter: () => lifetimes.passwordReset,
    EmailChangeLetter: () => lifetimes.emailChange,
    NoticeLetter: () => noticeLife
  })

/** Seconds from one try to the next. Somebody waits for the first ones; the last is for a notice, which can wait. */
const delays = [2, 20, 120, 600, 3600]

/** Seconds to wait after so many tries, the first included. */
export const resendAfter = (tries: number): number => delays[Math.min(tries, delays.length) - 1] ?? 2

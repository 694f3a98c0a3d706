/**
 * Signing in by a letter: a link and a code that prove that somebody reads the mail of an account's address, one of
 * which is used once. NIST SP 800-63B §3.1.3; docs/decisions/0022-mailed-login.md.
 */
import { type Option, Schema } from "effect"
import type { User } from "./User.ts"
import { letters } from "./UserCode.ts"

/** How many guesses a letter has, whatever is guessed: its code, or what confirms its link in another browser. */
export const mostGuesses = 5

/** How many codes there are: a million, 20 bits (NIST SP 800-63B §3.1.3.2). */
export const codes = 1_000_000

/** The code in a letter: six digits, which are typed where the letter was asked for. */
export const MailedCode = Schema.String.pipe(Schema.check(Schema.isPattern(/^[0-9]{6}$/)), Schema.brand("MailedCode"))
export type MailedCode = typeof MailedCode.Type

/** The code of a number below `codes`: each has one. */
export const codeOf = (number: number): MailedCode => MailedCode.make(String(number).padStart(6, "0"))

/**
 * What confirms a link that is opened in another browser than the one that asked for it, which shows this. Letters, so
 * that nobody takes it for the code.
 */
export const Confirmation = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^[BCDFGHJKLMNPQRSTVWXZ]{6}$/)),
  Schema.brand("Confirmation")
)
export type Confirmation = typeof Confirmation.Type

/** How many letters there are to choose from, and how many are chosen. */
export const confirmationDraws = { from: letters.length, count: 6 } as const

export const confirmationOf = (draws: ReadonlyArray<number>): Confirmation =>
  Confirmation.make(draws.map((draw) => letters.charAt(draw)).join(""))

/** As it is shown: in two halves. */
export const formatConfirmation = (text: Confirmation): string => `${text.slice(0, 3)}-${text.slice(3)}`

/** As people type and paste them: with spaces or a dash, in any case, in the wide characters of a Japanese keyboard. */
const bare = (text: string): string =>
  text
    .slice(0, longest)
    .normalize("NFKC")
    .replace(/[^A-Za-z0-9]/g, "")
    .toUpperCase()

/** Characters: six, and room for whatever people put between them. */
export const longest = 40

export const parseCode = (text: string): Option.Option<MailedCode> => Schema.decodeUnknownOption(MailedCode)(bare(text))

export const parseConfirmation = (text: string): Option.Option<Confirmation> =>
  Schema.decodeUnknownOption(Confirmation)(bare(text))

/**
 * The address that a letter to somebody goes to: the one that is known to be theirs, never what somebody typed.
 * Undefined for those who cannot sign in by letter.
 */
export const letterAddress = ({ profile, status }: Pick<User, "profile" | "status">): string | undefined =>
  status === "active" && profile.email_verified === true ? profile.email : undefined

/** An address of which its owner recognizes enough and a stranger learns little: `a•••@e•••.org`. */
export const masked = (address: string): string => {
  const at = address.lastIndexOf("@")
  if (at < 0) return "•••"
  const host = address.slice(at + 1)
  const dot = host.lastIndexOf(".")
  const [ending, name] = dot < 0 ? ["", host] : [host.slice(dot), host.slice(0, dot)]
  return `${firstOf(address.slice(0, at))}•••@${firstOf(name)}•••${ending}`
}

const firstOf = (text: string): string => Array.from(text)[0] ?? ""

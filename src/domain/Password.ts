/**
 * Which passwords may be set: long enough, and none that an attacker would try first. NIST SP 800-63B §3.1.1.2.
 *
 * Nothing is asked of its characters: rules of composition make passwords worse, not better.
 */
import { Result, Schema } from "effect"
import { commonPasswords } from "./CommonPasswords.ts"
import type { User } from "./User.ts"

/** Characters, as Unicode counts them. The upper bound keeps a login from hashing a novel. */
export const shortest = 8
export const longest = 1024

/** What is wrong with one: `names` is a name of its own person or of this provider. */
export const PasswordFault = Schema.Literals(["short", "long", "malformed", "common", "pattern", "names"])
export type PasswordFault = typeof PasswordFault.Type

/**
 * What is hashed of a password, so that it is the same from every keyboard. Those that were set before this was so are
 * recognised as they were typed (`VerifyPassword`).
 */
export const normalized = (typed: string): string => typed.normalize("NFKC")

/** The password as it is hashed, if it may be set. */
export const judge = (typed: string, names: ReadonlyArray<string>): Result.Result<string, PasswordFault> => {
  // Half of a surrogate pair is another character by the time it is bytes: every such password would be the same.
  if (!typed.isWellFormed()) return Result.fail("malformed")
  const password = normalized(typed)
  const characters = [...password]
  if (characters.length < shortest) return Result.fail("short")
  if (characters.length > longest) return Result.fail("long")
  const folded = password.toLowerCase()
  if (isPattern([...folded])) return Result.fail("pattern")
  const bare = withoutEnd(folded)
  if (commonPasswords.has(folded) || commonPasswords.has(bare)) return Result.fail("common")
  const known = names.map((name) => normalized(name).trim().toLowerCase()).filter((name) => name !== "")
  return known.some((name) => folded === name || bare === withoutEnd(name))
    ? Result.fail("names")
    : Result.succeed(password)
}

/** What else a person or this provider is called, of which no password is made. */
export const namesOf = ({ profile }: Pick<User, "profile">, provider: string): ReadonlyArray<string> => {
  const { email, family_name, given_name, name, nickname, phone_number, preferred_username } = profile
  const said = [preferred_username, name, given_name, family_name, nickname, phone_number, provider]
  return [...said, email, email?.split("@")[0]].flatMap((text) => (text === undefined ? [] : [text]))
}

/** `password2024!` is `password`: what is added at the end is what everybody adds. */
const withoutEnd = (text: string): string => text.replace(/[\p{N}\p{P}\p{S}]{1,6}$/u, "")

/** A few characters over and over (`abcabcabc`), or each the next of the one before (`abcdefgh`, `87654321`). */
const isPattern = (characters: ReadonlyArray<string>): boolean => {
  const repeats = [1, 2, 3, 4].some(
    (length) => characters.length >= 2 * length && characters.every((one, i) => one === characters[i % length])
  )
  const steps = new Set(characters.slice(1).map((one, i) => codeOf(one) - codeOf(characters[i])))
  return repeats || (steps.size === 1 && (steps.has(1) || steps.has(-1)))
}

const codeOf = (character: string | undefined): number => character?.codePointAt(0) ?? 0

/**
 * Whom a letter goes to that somebody asks for who is not signed in. A name that is nobody's leads to a home in which
 * nobody lives, so that what is done for it is the same. OWASP ASVS 5.0 §6.3.8.
 */
import { Effect } from "effect"
import { type Identifier, ofLogin } from "../../../domain/Identifier.ts"
import { UserId } from "../../../domain/Ids.ts"
import { idOfTag } from "../../../domain/Locator.ts"
import { letterAddress } from "../../../domain/MailedLogin.ts"
import type { User } from "../../../domain/User.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Sealer } from "../../ports/Sealer.ts"
import { Identifiers } from "../../storage/Identifiers.ts"
import { retried } from "../../storage/Retry.ts"
import { Users } from "../../storage/Users.ts"
import type { Browser } from "../authorize/Outcome.ts"
import { throttleLetter } from "./ThrottleLetter.ts"

export interface Addressee {
  /** What limits count; empty for what is no name. */
  readonly name: string
  readonly userId: UserId
  readonly user: User | null
  /** Null where nobody can be written to. */
  readonly to: string | null
}

/** Found by what was typed, if one more letter may be asked for. */
export const addressee = Effect.fn("Addressee")(function* (typed: string, browser: Browser) {
  const name = ofLogin(typed)
  const { user, userId } = yield* personOf(name)
  yield* throttleLetter(name, { user, userId }, browser)
  const to = user === null ? null : (letterAddress(user) ?? null)
  return { name: name ?? "", userId, user, to } satisfies Addressee as Addressee
})

const personOf = Effect.fnUntraced(function* (name: Identifier | undefined) {
  const known = name === undefined ? null : yield* retried(Identifiers.resolve)(name)
  // Made for everybody, whoever is found.
  const decoy = yield* decoyOf(name ?? "")
  const userId = known ?? decoy
  return { userId, user: yield* retried(Users.find)(userId) }
})

/** The same for the same name, so that what is asked again and again is not told from a user by its changing home. */
const decoyOf = Effect.fnUntraced(function* (name: string) {
  const { accountGenerations } = yield* ProviderConfig
  const tag = yield* Sealer.use((sealer) => sealer.tag("decoy", name))
  return UserId.make(idOfTag(accountGenerations, tag))
})

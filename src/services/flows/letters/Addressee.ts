/**
 * Whom a name that somebody typed leads to; for nobody's name it is a home in which nobody lives, so that what is done
 * for it is the same. OWASP ASVS 5.0 §6.3.8.
 */
import { Effect } from "effect"
import type { Identifier } from "../../../domain/Identifier.ts"
import { UserId } from "../../../domain/Ids.ts"
import { idOfTag } from "../../../domain/Locator.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Sealer } from "../../ports/Sealer.ts"
import { Identifiers } from "../../storage/Identifiers.ts"
import { retried } from "../../storage/Retry.ts"
import { Users } from "../../storage/Users.ts"

export const addressee = Effect.fn("Addressee")(function* (name: Identifier | undefined) {
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

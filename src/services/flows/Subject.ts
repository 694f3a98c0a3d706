/** The subject under which a client knows a user, and back. OIDC Core §8.1. */
import { Effect } from "effect"
import type { Client } from "../../domain/Client.ts"
import { equal } from "../../domain/ConstantTime.ts"
import { Sid, type UserId } from "../../domain/Ids.ts"
import { sectorOf } from "../../domain/Subject.ts"
import { Sealer } from "../ports/Sealer.ts"

/** `sub` for this client. A pairwise one is derived: nothing is stored, and only this provider can tell whose it is. */
export const subjectOf = Effect.fnUntraced(function* (client: Client, userId: UserId) {
  const sector = sectorOf(client)
  if (sector === null) return userId as string
  return yield* Sealer.use((sealer) => sealer.tag("pairwise-subject", `${sector}\n${userId}`))
})

/**
 * The user that a client expects, as storage judges it: this user if that is who is meant, and otherwise nobody, so
 * that a client with pairwise subjects cannot try out ids of users.
 */
export const expectedUser = Effect.fnUntraced(function* (client: Client, expected: string | null, userId: UserId) {
  if (expected === null) return null
  return equal(yield* subjectOf(client, userId), expected) ? userId : nobody
})

/**
 * `sid` for this client. What two sectors call a session alike would tell them that its user is one, so of pairwise
 * subjects each has its own name of it too.
 */
export const sidOf = Effect.fnUntraced(function* (client: Client, sid: Sid) {
  const sector = sectorOf(client)
  if (sector === null) return sid
  const tag = yield* Sealer.use((sealer) => sealer.tag("pairwise-subject", `session\n${sector}\n${sid}`))
  return Sid.make(tag.slice(0, 22))
})

const nobody = "nobody"

/** What must hold of the clean-up of D1: what is over goes, what is not stays, however small the pages are. */
import { Clock, Effect } from "effect"
import { InitialAccessToken, InitialTokenId } from "../../domain/InitialAccessToken.ts"
import { Directory, type DirectoryEntry } from "./Directory.ts"
import { freshEvent, freshName, freshText, freshUserId } from "./Fresh.laws.ts"
import { Identifiers } from "./Identifiers.ts"
import { InitialAccessTokens } from "./InitialAccessTokens.ts"
import { expectThat, law } from "./Law.ts"
import { Leftovers } from "./Leftovers.ts"
import { freshHash } from "./World.laws.ts"

/** More turns than it takes to come around once, in pages of this size, whatever else the laws have left. */
const limit = 50
const turns = 12

/** More than there is of anything in the storage of laws. */
const everything = 10_000

const token = Effect.fnUntraced(function* (expiresAt: number) {
  const made = new InitialAccessToken({
    id: InitialTokenId.make(`t${yield* freshText}`),
    hash: yield* freshHash,
    uses: 1,
    used: 0,
    createdAt: 0,
    expiresAt
  })
  yield* InitialAccessTokens.create(made, yield* freshEvent({ type: "initial_token.created" }))
  return made.id
})

const listed = Effect.fnUntraced(function* (status: DirectoryEntry["status"], updatedAt: number) {
  const userId = yield* freshUserId
  const nameless = { username: null, email: null, name: null }
  yield* Directory.mirror([{ userId, status, ...nameless, createdAt: 0, updatedAt, version: 1 }])
  return userId
})

const reserved = Effect.fnUntraced(function* (status: DirectoryEntry["status"] | undefined, now: number) {
  const userId = status === undefined ? yield* freshUserId : yield* listed(status, now)
  const identifier = yield* freshName
  const event = yield* freshEvent({ type: "identifier.reserved", userId })
  yield* Identifiers.reserve({ userId, identifiers: [identifier], now }, event)
  return identifier
})

export const leftoverLaws = [
  law(
    "tokens that expired before the moment go, and no other does",
    ["Leftover.tokens", "InitialAccessToken.find"],
    Effect.gen(function* () {
      const before = yield* Clock.currentTimeMillis
      const over = [yield* token(before), yield* token(before - 1)]
      const good = yield* token(before + 1)
      for (let turn = 0; turn < turns; turn++) yield* Leftovers.tokens({ limit, before })
      for (const id of over) yield* expectThat((yield* InitialAccessTokens.find(id)) === null, "it is gone")
      yield* expectThat((yield* InitialAccessTokens.find(good)) !== null, "it has not expired, and is there")
    })
  ),
  law(
    "deleted users leave the list when nobody speaks of them any more, and nobody else does",
    ["Leftover.tombstones", "Directory.find"],
    Effect.gen(function* () {
      const before = yield* Clock.currentTimeMillis
      const over = yield* listed("void", before)
      const kept = [
        yield* listed("void", before + 1),
        yield* listed("active", before),
        yield* listed("disabled", before)
      ]
      for (let turn = 0; turn < turns; turn++) yield* Leftovers.tombstones({ limit, before })
      const left = (yield* Directory.find([over, ...kept])).map(({ userId }) => userId)
      yield* expectThat(
        kept.every((id) => left.includes(id)),
        "all others are listed"
      )
      yield* expectThat(!left.includes(over), "it is listed no more")
    })
  ),
  law(
    "names are found whose users the list does not know or knows as deleted, and no other name is",
    ["Leftover.reservations", "Identifier.resolve"],
    Effect.gen(function* () {
      const before = yield* Clock.currentTimeMillis
      const found = [yield* reserved(undefined, before), yield* reserved("void", before)]
      const others = [yield* reserved(undefined, before + 1), yield* reserved("active", before)]
      const seen = new Set<string>()
      // One page for all: whose answer is lost is looked at again when the table was gone through.
      for (let turn = 0; turn < 2; turn++) {
        for (const { identifier } of yield* Leftovers.reservations({ limit: everything, before })) seen.add(identifier)
      }
      yield* expectThat(
        found.every((name) => seen.has(name)),
        "both are found"
      )
      yield* expectThat(!others.some((name) => seen.has(name)), "neither a young one nor one of a user is found")
      for (const name of found) yield* expectThat((yield* Identifiers.resolve(name)) !== null, "it is still reserved")
    })
  )
]

/**
 * What every directory keeps, whatever the order in which the outboxes' messages come: the newest it has heard.
 *
 * The operations are Eventual because of the way that leads into them; what was mirrored is listed at once.
 */
import { Effect, Equal } from "effect"
import type { UserId } from "../../domain/Ids.ts"
import { Directory, type DirectoryEntry } from "./Directory.ts"
import { freshNeighbours } from "./Fresh.laws.ts"
import { expectThat, law } from "./Law.ts"

const entry = (userId: UserId, version: number): DirectoryEntry => ({
  userId,
  status: "active",
  username: `user ${version}`,
  email: null,
  name: `Name "${version}" ü`,
  createdAt: 1_000,
  updatedAt: 1_000 + version,
  version
})

const both = ["Directory.mirror", "Directory.list"]

/** Fails unless the directory lists exactly these entries after `before`. */
const expectListed = (before: string, entries: ReadonlyArray<DirectoryEntry>, sentence: string) =>
  Effect.flatMap(Directory.list({ after: before, limit: entries.length }), (listed) =>
    expectThat(Equal.equals(listed, entries), sentence)
  )

export const directoryLaws = [
  law(
    "what is mirrored is listed as it was sent, in the order of ids, at most `limit` after `after`",
    both,
    Effect.gen(function* () {
      const { before, users } = yield* freshNeighbours(5)
      const entries = users.map((user, n) => entry(user, n + 1))
      yield* Directory.mirror(entries.toReversed())
      yield* expectListed(before, entries, "all five, in order")
      yield* expectListed(before, entries.slice(0, 2), "the first two")
      yield* expectListed(users[1] ?? "", entries.slice(2), "those after the second")
    })
  ),
  law(
    "a mirror never goes back: an entry that is not newer changes nothing",
    both,
    Effect.gen(function* () {
      const { before, users } = yield* freshNeighbours(1)
      const entries = users.flatMap((user) => [entry(user, 1), entry(user, 2), entry(user, 3)])
      const [first, second, third] = entries
      if (first === undefined || second === undefined || third === undefined) return
      yield* Directory.mirror([second])
      yield* Directory.mirror([first])
      yield* expectListed(before, [second], "an older entry does not take its place")
      yield* Directory.mirror([{ ...second, name: "another" }])
      yield* expectListed(before, [second], "nor does another of the same version")
      yield* Directory.mirror([third])
      yield* expectListed(before, [third], "a newer one does")
    })
  ),
  law(
    "whatever the order and the repetitions of deliveries at once, the newest entry stays",
    both,
    Effect.gen(function* () {
      const { before, users } = yield* freshNeighbours(3)
      const versions = [4, 1, 9, 3, 9, 2, 7]
      yield* Effect.forEach(
        versions,
        (version, n) => Directory.mirror(users.map((user, m) => entry(user, m === n % 3 ? version : 1))),
        { concurrency: "unbounded" }
      )
      yield* Directory.mirror(users.flatMap((user) => [entry(user, 8), entry(user, 9), entry(user, 5)]))
      yield* expectListed(
        before,
        users.map((user) => entry(user, 9)),
        "each user is listed as of version 9"
      )
    })
  ),
  law(
    "a deleted user stays as a tombstone, so that a late message does not bring the user back",
    both,
    Effect.gen(function* () {
      const { before, users } = yield* freshNeighbours(1)
      const gone = users.map((user): DirectoryEntry => ({
        ...entry(user, 3),
        status: "void",
        username: null,
        name: null
      }))
      yield* Directory.mirror(gone)
      yield* Directory.mirror(users.map((user) => entry(user, 2)))
      yield* expectListed(before, gone, "the user stays deleted")
    })
  ),
  law("mirroring nothing does nothing", ["Directory.mirror"], Directory.mirror([]))
]

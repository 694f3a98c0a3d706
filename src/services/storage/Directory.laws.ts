/**
 * What every directory keeps, whatever the order in which the outboxes' messages come: the newest it has heard.
 *
 * The operations are Eventual because of the way that leads into them; what was mirrored is listed at once.
 */
import { Effect, Equal } from "effect"
import type { UserId } from "../../domain/Ids.ts"
import { Directory, type DirectoryEntry } from "./Directory.ts"
import { RoleName } from "../../domain/Role.ts"
import { freshNeighbours, freshText } from "./Fresh.laws.ts"
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

/** With roles and fields of the operator's own, as text that could be taken for something else. */
const described = (userId: UserId, version: number): DirectoryEntry => ({
  ...entry(userId, version),
  roles: [RoleName.make("law")],
  custom: { team: "'; DROP TABLE directory; --", grade: 1.5, remote: false }
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
  law(
    "of many users those are found that there are, in the order of their ids",
    ["Directory.mirror", "Directory.find"],
    Effect.gen(function* () {
      const { users } = yield* freshNeighbours(4)
      const entries = users.slice(0, 3).map((user) => described(user, 1))
      yield* Directory.mirror(entries)
      const asked = [users[2], users[3], users[0], users[2]].flatMap((user) => user ?? [])
      const there = yield* Directory.find(asked)
      yield* expectThat(Equal.equals(there, [entries[0], entries[2]]), "the first and the third, whole, each once")
      yield* expectThat((yield* Directory.find([])).length === 0, "nobody of nobody")
    })
  ),
  law(
    "a user is found by what the newest entry says of fields and roles, and by nothing that an older one said",
    ["Directory.mirror", "Directory.withField", "Directory.withRole"],
    Effect.gen(function* () {
      const { before, users } = yield* freshNeighbours(3)
      const value = (yield* freshText).toLowerCase()
      const law = RoleName.make(`r${value}`)
      const by = Effect.fnUntraced(function* (page: { after: string; limit: number }) {
        const field = yield* Directory.withField({ ...page, field: "team", value })
        const role = yield* Directory.withRole({ ...page, role: law })
        return { field: field.map(({ userId }) => userId), role: role.map(({ userId }) => userId) }
      })
      const named = { roles: [law, RoleName.make("other")], fields: { team: value, floor: "1" } }
      yield* Directory.mirror(users.map((user) => ({ ...described(user, 2), ...named })))
      yield* Directory.mirror(users.map((user) => ({ ...described(user, 1), fields: { team: "older" } })))
      const all = { field: users, role: users }
      yield* expectThat(Equal.equals(yield* by({ after: before, limit: 3 }), all), "all three, in order")
      const second = { field: users.slice(1, 2), role: users.slice(1, 2) }
      yield* expectThat(Equal.equals(yield* by({ after: users[0] ?? "", limit: 1 }), second), "one after the first")
      const [first, ...others] = users
      if (first === undefined) return
      yield* Directory.mirror([{ ...described(first, 4), roles: [RoleName.make("other")], fields: { team: "newer" } }])
      yield* Directory.mirror([{ ...described(first, 3), ...named }])
      const left = { field: others, role: others }
      yield* expectThat(Equal.equals(yield* by({ after: before, limit: 3 }), left), "the first is found by it no more")
      yield* Directory.mirror(others.map((user) => ({ ...entry(user, 5), status: "void" as const })))
      const none = { field: [], role: [] }
      yield* expectThat(Equal.equals(yield* by({ after: before, limit: 3 }), none), "nor are those who are deleted")
    })
  ),
  law("mirroring nothing does nothing", ["Directory.mirror"], Directory.mirror([]))
]

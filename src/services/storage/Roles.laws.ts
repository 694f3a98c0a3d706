/** What every store of roles keeps, and that somebody is left who may do everything. */
import { Effect, Equal } from "effect"
import { UserId } from "../../domain/Ids.ts"
import { Role, RoleName } from "../../domain/Role.ts"
import { freshText, freshUserId } from "./Fresh.laws.ts"
import { expectThat, law } from "./Law.ts"
import { Administrators, Roles } from "./Roles.ts"
import { versionedLaws } from "./Versioned.laws.ts"
import { atOnce, expectRefusal } from "./World.laws.ts"

const make = Effect.map(freshText, (text) => {
  const name = RoleName.make(`r${text.toLowerCase()}`)
  return (version: number, description: string) =>
    new Role({
      name,
      metadata: { description, permissions: ["admin.users.read"] },
      version,
      createdAt: 1,
      updatedAt: version
    })
})

export const roleLaws = [
  ...versionedLaws({
    what: "role",
    names: ["Role.find", "Role.save", "Role.remove"],
    events: ["role.updated", "role.deleted"],
    refusal: "RoleChanged",
    make,
    find: ({ name }: Role) => Effect.map(Roles.find([name]), ([role]) => role),
    save: Roles.save,
    remove: Roles.remove
  }),
  law(
    "roles are found by their names, each once, and listed in the order of the names",
    ["Role.find", "Role.list"],
    Effect.gen(function* () {
      const names = (yield* Roles.list({ after: "", limit: 3 })).map(({ name }) => name)
      yield* expectThat(Equal.equals(names, names.toSorted()), "in order")
      const found = yield* Roles.find([...names.toReversed(), ...names, "nobody's", "'; --"])
      yield* expectThat(
        Equal.equals(
          found.map(({ name }) => name),
          names
        ),
        "each once, and nothing else"
      )
    })
  )
]

/** Who counts while no law runs, so that each law has nobody but its own in the way. */
const heir = UserId.make(`1-0.${"H".repeat(22)}`)

let changes = 0

/** Two who count, and nobody else, for as long as it takes. */
const withTwo = <E, R>(law: (first: UserId, second: UserId) => Effect.Effect<void, E, R>) =>
  Effect.gen(function* () {
    const [first, second] = [yield* freshUserId, yield* freshUserId]
    yield* Administrators.count({ userId: first, version: 1 })
    yield* Administrators.count({ userId: second, version: 1 })
    changes += 1
    yield* Administrators.release({ userId: heir, version: changes })
    yield* law(first, second)
    changes += 1
    yield* Administrators.count({ userId: heir, version: changes })
    yield* Administrators.release({ userId: first, version: 100 })
    yield* Administrators.release({ userId: second, version: 100 })
  })

const release = (userId: UserId, version: number) => Administrators.release({ userId, version })

export const administratorLaws = [
  law(
    "the last administrator is not let go; of two who let each other go at once one is left",
    ["Administrator.count", "Administrator.release"],
    withTwo(
      Effect.fnUntraced(function* (first, second) {
        const results = yield* Effect.all([atOnce(3, release(first, 2)), atOnce(3, release(second, 2))], {
          concurrency: 2
        })
        const refused = results.map((tries) => tries.filter(({ _tag }) => _tag === "Failure").length)
        yield* expectThat(Equal.equals(refused.toSorted(), [0, 3]), "one of the two goes, and one does not")
        yield* expectRefusal(release(refused[0] === 3 ? first : second, 2), "LastAdministrator", "the last one")
      })
    )
  ),
  law(
    "a count that comes after a later release changes nothing, nor does a release that comes after a later count",
    ["Administrator.count", "Administrator.release"],
    withTwo(
      Effect.fnUntraced(function* (first, second) {
        yield* release(first, 2)
        yield* Administrators.count({ userId: first, version: 1 })
        yield* expectRefusal(release(second, 2), "LastAdministrator", "the first does not count by an older version")
        yield* Administrators.count({ userId: first, version: 3 })
        yield* release(first, 2)
        yield* release(second, 2)
        yield* expectRefusal(release(first, 4), "LastAdministrator", "and by a newer one counts, whatever comes late")
      })
    )
  )
]

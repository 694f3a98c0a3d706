/** What every store answers when it is asked how it is, and what an isolate remembers of it. */
import { Effect, Equal } from "effect"
import { Check, HealthReport, newestMigration } from "../../domain/Health.ts"
import { Health } from "./Health.ts"
import { expectThat, law } from "./Law.ts"

const somewhere = { id: "1-0.health" }

export const objectHealthLaws = [
  law(
    "each kind of object answers when it is asked how it is, as often as it is asked",
    ["Health.accounts", "Health.tickets", "Health.limits"],
    Effect.gen(function* () {
      for (let turn = 0; turn < 2; turn++) {
        yield* Health.accounts(somewhere)
        yield* Health.tickets(somewhere)
        yield* Health.limits(somewhere)
      }
    })
  ),
  law(
    "an isolate remembers the report that it kept last",
    ["Health.last", "Health.keep"],
    Effect.gen(function* () {
      const report = new HealthReport({ at: 1, checks: [] })
      const later = new HealthReport({ at: 2, checks: [new Check({ store: "keys", passed: false, took: 3 })] })
      yield* Health.keep(report)
      yield* Health.keep(later)
      yield* expectThat(Equal.equals(yield* Health.last(), later), "it is the later one")
    })
  )
]

export const storeHealthLaws = [
  law(
    "the database says how large it is, and which migration is its newest",
    ["Health.database"],
    Effect.gen(function* () {
      const { bytes, migration } = yield* Health.database()
      yield* expectThat(migration === newestMigration, `the newest migration is ${newestMigration}, not ${migration}`)
      yield* expectThat(bytes > 0, `it has ${bytes} bytes`)
    })
  ),
  law(
    "the archive and the cache answer",
    ["Health.archive", "Health.cache"],
    Health.archive().pipe(Effect.andThen(Health.cache()))
  )
]

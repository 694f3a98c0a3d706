/**
 * Runners of migrations that meet: each migration is applied once and in order, whoever dies on the way; and whoever
 * comes afterwards finishes what was begun. docs/decisions/0033-migrations.md.
 */
import { Context, Effect, Layer } from "effect"
import type { Migration } from "../../../src/cli/MigrationFiles.ts"
import type { Runner } from "../../../src/cli/MigrationLock.ts"
import { apply } from "../../../src/cli/Migrations.ts"
import { type D1Client, statement } from "../../../src/layers/cloudflare/d1/D1Client.ts"
import { act, aWorld, TestWorld } from "../../../src/layers/test/kernel/World.ts"
import type { Oracle, Scenario } from "../../../src/layers/test/Scenario.ts"
import { type Entry, entry } from "../Entry.ts"
import { sqlDatabase } from "../migrations/SqlDatabase.ts"

/** The database that is migrated. */
export class Migrated extends Context.Service<Migrated, D1Client>()("hapax/test/Migrated") {}

const layer = Layer.effect(
  Migrated,
  TestWorld.use((world) => Effect.sync(() => sqlDatabase(world)))
).pipe(Layer.provideMerge(aWorld))

/** It can be applied twice, and then there are two rows. */
export const file: Migration = {
  version: 1,
  name: "counted",
  file: "0001_counted.sql",
  checksum: "its sum",
  statements: ["CREATE TABLE IF NOT EXISTS applied (times INTEGER)", "INSERT INTO applied VALUES (1)"]
}

/** How often it was applied, as the table shows. */
const timesApplied = Migrated.use((d1) =>
  Effect.gen(function* () {
    const tables = yield* d1.query("test", statement("SELECT 1 FROM sqlite_master WHERE name = 'applied'"))
    return tables.length === 0 ? 0 : (yield* d1.query("test", statement("SELECT 1 FROM applied"))).length
  })
)

const runner = (owner: string, patience: number): Runner => ({ owner, tool: "test", patience })

const applying = (owner: string, patience = 0) => Migrated.use((d1) => apply(d1, [file], runner(owner, patience)))

export const appliedOnce: Oracle<unknown, Migrated> = {
  name: "Once",
  judge: (run) => {
    const times = run.ask(timesApplied)
    if (times._tag === "Failure") return "nobody can say how often it was applied"
    return times.value > 1 ? `a migration was applied ${times.value} times` : undefined
  }
}

/** A minute and more later, somebody comes who has all the time. */
const isFinished: Oracle<unknown, Migrated> = {
  name: "Liveness",
  judge: (run) => {
    run.advance(61_000)
    const last = run.ask(applying("the last"))
    const times = run.ask(timesApplied)
    if (last._tag === "Failure") return `whoever comes later is refused: ${String(last.cause)}`
    return times._tag === "Success" && times.value === 1 ? undefined : "the migration is not applied"
  }
}

export const twoRunners = {
  layer,
  setup: Effect.succeed({}),
  clients: () => ({ ann: act("apply", applying("ann")), ben: act("apply", applying("ben")) }),
  oracles: [appliedOnce, isFinished]
} satisfies Omit<Scenario<object, Migrated>, "name">

export const migrating: ReadonlyArray<Entry> = [
  entry<object, Migrated>({ ...twoRunners, name: "migrations: two runners", faults: ["late execution"] }, "exhaustive"),
  entry<object, Migrated>(
    {
      ...twoRunners,
      name: "migrations: one runner, and another when its lease has ended",
      clients: () => ({
        ann: act("apply", applying("ann")),
        ben: Effect.andThen(Effect.sleep(61_000), act("apply", applying("ben")))
      }),
      faults: ["disconnect"]
    },
    "exhaustive"
  )
]

/** Migrations by runners without a lock, who look, apply, and note it afterwards: two of them apply everything twice. */
import { Effect } from "effect"
import { statement } from "../../../src/layers/cloudflare/D1Client.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { appliedOnce, files, Migrated, twoRunners } from "../scenarios/Migrating.ts"
import { mutantOver } from "./Mutant.ts"

const notes = "CREATE TABLE IF NOT EXISTS notes (version INTEGER)"

const applying = Migrated.use((d1) =>
  Effect.gen(function* () {
    yield* d1.batch("Migrations.table", [statement(notes)])
    const applied = yield* d1.query("Migrations.status", statement("SELECT version FROM notes"))
    for (const { statements, version } of files) {
      if (applied.some((row) => row["version"] === version)) continue
      yield* d1.batch(
        "Migrations.apply",
        statements.map((sql) => statement(sql.replace("TABLE a", "TABLE IF NOT EXISTS a")))
      )
      yield* d1.batch("Migrations.note", [statement("INSERT INTO notes VALUES (?)", version)])
    }
  })
)

export const runnersWithoutLock = mutantOver<object, Migrated>(import.meta.url, {
  of: "14b",
  name: "migrations are applied without a lock, and noted afterwards",
  killedBy: "Once",
  within: 100,
  broken: {
    ...twoRunners,
    clients: () => ({ ann: act("apply", applying), ben: act("apply", applying) }),
    oracles: [appliedOnce]
  },
  sound: twoRunners
})

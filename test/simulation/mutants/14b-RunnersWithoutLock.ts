/** Migrations by runners without a lock, who look, apply, and note it afterwards: two of them apply one twice. */
import { Effect } from "effect"
import { statement } from "../../../src/layers/cloudflare/d1/D1Client.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { appliedOnce, file, Migrated, twoRunners } from "../scenarios/Migrating.ts"
import { mutantOver } from "./Mutant.ts"

const notes = "CREATE TABLE IF NOT EXISTS notes (version INTEGER)"

const applying = Migrated.use((d1) =>
  Effect.gen(function* () {
    yield* d1.batch("Migrations.table", [statement(notes)])
    const applied = yield* d1.query("Migrations.status", statement("SELECT version FROM notes"))
    if (applied.some((row) => row["version"] === file.version)) return
    yield* d1.batch(
      "Migrations.apply",
      file.statements.map((sql) => statement(sql))
    )
    yield* d1.batch("Migrations.note", [statement("INSERT INTO notes VALUES (?)", file.version)])
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

/** `hapax migrate`: the schema of D1, on the local store or in a Cloudflare account. */
import process from "node:process"
import { Effect, Result, type Scope } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import type { D1Client } from "../../layers/cloudflare/d1/D1Client.ts"
import { CliFailure } from "../CliFailure.ts"
import * as Migrations from "../Migrations.ts"
import { openStore } from "../OpenStore.ts"
import { json, moment, print, table } from "../Output.ts"
import { projectFolder, readSettings } from "../Settings.ts"
import { accountD1 } from "../RemoteD1.ts"

const folder = `${projectFolder}/migrations`

const where = {
  remote: Flag.Boolean("remote").pipe(
    Flag.withDescription("The database in your Cloudflare account, not the local one"),
    Flag.withDefault(false)
  ),
  json
}

const database = (remote: boolean): Effect.Effect<D1Client, CliFailure, Scope.Scope> => {
  if (remote) return Effect.succeed(accountD1())
  const settings = readSettings(process.env)
  return Result.isFailure(settings)
    ? Effect.fail(settings.failure)
    : Effect.map(openStore(settings.success), (store) => store.d1)
}

/** Does something with the database and the files. */
const withBoth = <A, E extends { readonly message: string }>(
  remote: boolean,
  use: (d1: D1Client, files: ReadonlyArray<Migrations.Migration>) => Effect.Effect<A, E>
) =>
  Effect.gen(function* () {
    // The files first: a file that cannot be read is told before anything is opened.
    const files = yield* Migrations.readMigrations(folder)
    const d1 = yield* database(remote)
    return yield* use(d1, files)
  }).pipe(
    Effect.scoped,
    Effect.mapError(
      (problem) => new CliFailure({ message: "detail" in problem ? String(problem.detail) : problem.message })
    )
  )

const statusTable = (states: ReadonlyArray<Migrations.MigrationState>): string =>
  table(
    ["MIGRATION", "STATE", "APPLIED", "SHA-256"],
    states.map(({ applied, checksum, file, state }) => [
      file,
      state,
      applied === null ? "" : moment(applied.applied_at),
      checksum ?? applied?.checksum ?? ""
    ])
  )

const status = Command.make(
  "status",
  where,
  Effect.fnUntraced(function* (input) {
    const states = yield* withBoth(input.remote, Migrations.status)
    print(input.json, states, states.length === 0 ? "There is no migration." : statusTable(states))
  })
).pipe(Command.withDescription("Say how each migration stands; changes nothing"))

/** What would run, as one text of SQL. */
const script = (pending: ReadonlyArray<Migrations.Migration>): string =>
  pending.map(({ file, statements }) => [`-- ${file}`, ...statements.map((sql) => `${sql};`)].join("\n")).join("\n\n")

const apply = Command.make(
  "apply",
  {
    ...where,
    dryRun: Flag.Boolean("dry-run").pipe(
      Flag.withDescription("Show the SQL that would run, and change nothing"),
      Flag.withDefault(false)
    )
  },
  Effect.fnUntraced(function* (input) {
    if (input.dryRun) {
      const pending = yield* withBoth(input.remote, Migrations.pendingIn)
      print(input.json, pending, pending.length === 0 ? "All migrations were applied before." : script(pending))
      return
    }
    const applied = yield* withBoth(input.remote, (d1, files) => Migrations.apply(d1, files))
    const files = applied.map(({ file }) => file)
    const text = files.length === 0 ? "All migrations were applied before." : `Applied ${files.join(", ")}.`
    print(input.json, files, text)
  })
).pipe(Command.withDescription("Apply what is not applied yet, each in a transaction"))

const verify = Command.make(
  "verify",
  where,
  Effect.fnUntraced(function* (input) {
    const states = yield* withBoth(input.remote, Migrations.verify)
    print(input.json, states, `All ${states.length} migrations are applied, from the files that are here.`)
  })
).pipe(Command.withDescription("Fail unless all migrations are applied from the files that are here"))

const create = Command.make(
  "create",
  {
    words: Argument.String("name").pipe(
      Argument.withDescription("What it does, in words"),
      Argument.variadic({ min: 1 })
    )
  },
  Effect.fnUntraced(function* ({ words }) {
    console.log(yield* Migrations.create(folder, words.join(" ")))
  })
).pipe(Command.withDescription("Write an empty migration with the next number"))

export const migrate = Command.make("migrate").pipe(
  Command.withDescription("The schema of the database: status, apply, verify, create"),
  Command.withSubcommands([status, apply, verify, create])
)

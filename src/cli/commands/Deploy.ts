/** `npm run deploy`: the Worker into a Cloudflare account, after what it needs has been checked. See docs/deploy.md. */
import { Effect, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { attempt, CliFailure } from "../CliFailure.ts"
import { deploymentConfig, type DeploymentConfig, problemsOf } from "../DeploymentConfig.ts"
import * as Migrations from "../Migrations.ts"
import { remoteD1 } from "../RemoteD1.ts"
import { projectFolder } from "../Settings.ts"
import { adoptShards } from "../ShardGenerations.ts"
import { runWrangler } from "../WorkerBundle.ts"

export const deploy = Command.make(
  "deploy",
  {
    dryRun: Flag.Boolean("dry-run").pipe(
      Flag.withDescription("Check and build, and change nothing: needs no account"),
      Flag.withDefault(false)
    )
  },
  ({ dryRun }) => (dryRun ? rehearse : perform)
).pipe(Command.withDescription("Deploy to a Cloudflare account (npm run deploy)"))

const migrationFiles = Migrations.readMigrations(`${projectFolder}/migrations`)

const rehearse = Effect.gen(function* () {
  const config = yield* readConfig
  const files = yield* migrationFiles
  console.log(`The migrations can be read: ${files.map(({ file }) => file).join(", ")}.`)
  yield* wrangler("the Worker cannot be built", ["deploy", "--dry-run", "--outdir", "dist/deploy"])
  const problems = problemsOf(config)
  const secret = "the secret: openssl rand -base64 32 | npx wrangler secret put HAPAX_SECRET"
  console.log("\nNothing was changed. Before a deployment:")
  for (const problem of [...problems, secret]) console.log(`  - ${problem}`)
  console.log("docs/deploy.md says more.")
})

const perform = Effect.gen(function* () {
  const config = yield* readConfig
  const problems = problemsOf(config)
  if (problems.length > 0) {
    return yield* new CliFailure({ message: `this cannot be deployed yet\n  - ${problems.join("\n  - ")}` })
  }
  const files = yield* migrationFiles
  yield* checkSecret
  console.log("Migrations …")
  const applied = yield* Migrations.apply(remoteD1("--remote"), files).pipe(
    Effect.mapError((problem) => new CliFailure({ message: "detail" in problem ? problem.detail : problem.message }))
  )
  console.log(
    applied.length === 0 ? "All were applied before." : `Applied ${applied.map(({ file }) => file).join(", ")}.`
  )
  yield* adoptShards(remoteD1("--remote"), config.variables).pipe(
    Effect.mapError((problem) => new CliFailure({ message: "detail" in problem ? problem.detail : problem.message }))
  )
  yield* wrangler("the Worker was not deployed", ["deploy"])
  yield* checkDiscovery(String(config.variables["ISSUER"]))
})

const readConfig: Effect.Effect<DeploymentConfig, CliFailure> = attempt(
  "wrangler.toml cannot be read",
  deploymentConfig
)

/** Runs wrangler at the terminal, as a person would. */
const wrangler = (problem: string, parameters: ReadonlyArray<string>) =>
  Effect.flatMap(
    attempt(problem, () => runWrangler(parameters, "inherit")),
    ({ code }) =>
      code === 0 ? Effect.void : Effect.fail(new CliFailure({ message: `${problem} (wrangler said why)` }))
  )

const Secrets = Schema.fromJsonString(Schema.Array(Schema.Struct({ name: Schema.String })))

const checkSecret = Effect.gen(function* () {
  const { code, output, stdout } = yield* attempt("the secrets cannot be listed", () => runWrangler(["secret", "list"]))
  const missing = "there is no HAPAX_SECRET yet: openssl rand -base64 32 | npx wrangler secret put HAPAX_SECRET"
  // A Worker that was never deployed has no secrets to list; whatever else is wrong, wrangler's own words say it.
  if (code !== 0) return yield* new CliFailure({ message: /10007|not found/i.test(output) ? missing : output.trim() })
  const secrets = yield* Schema.decodeUnknownEffect(Secrets)(stdout).pipe(
    Effect.mapError(() => new CliFailure({ message: `the secrets cannot be read: ${stdout.trim()}` }))
  )
  if (!secrets.some(({ name }) => name === "HAPAX_SECRET")) return yield* new CliFailure({ message: missing })
})

const Discovery = Schema.Struct({ issuer: Schema.String })

/** Whether the world sees it. A new domain takes a while, so it is no failure if it does not yet. */
const checkDiscovery = (issuer: string) =>
  Effect.gen(function* () {
    const url = `${issuer}/.well-known/openid-configuration`
    const answer = yield* attempt(`${url} does not answer`, async () => {
      const response = await fetch(url, { signal: AbortSignal.timeout(10_000) })
      return (await response.json()) as unknown
    })
    const { issuer: published } = yield* Schema.decodeUnknownEffect(Discovery)(answer)
    console.log(published === issuer ? `Deployed: ${url}` : `${url} publishes another issuer: ${published}`)
  }).pipe(
    Effect.catch(() =>
      Effect.sync(() => console.log(`Deployed. ${issuer} does not answer yet: a new domain takes a few minutes.`))
    )
  )

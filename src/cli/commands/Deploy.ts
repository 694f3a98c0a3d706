/**
 * `npm run deploy`: what an account needs, migrations, the Worker and its first administrator, in one command that may
 * be run again. docs/deploy.md.
 */
import { randomBytes } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Option, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { AdministratorMade } from "../Answers.ts"
import { askOperator } from "../AskOperator.ts"
import { attempt, CliFailure } from "../CliFailure.ts"
import { deployedToml, deploymentConfig, type DeploymentConfig, problemsOf, wranglerToml } from "../DeploymentConfig.ts"
import { deployTo, rehearsed } from "../deploy/Deployment.ts"
import { keepSecrets } from "../deploy/SecretFile.ts"
import * as Migrations from "../Migrations.ts"
import { accountD1 } from "../RemoteD1.ts"
import { openRemoteStore } from "../RemoteOperator.ts"
import { projectFolder } from "../Settings.ts"
import { adoptShards } from "../ShardGenerations.ts"
import { runWrangler } from "../WorkerBundle.ts"

export const deploy = Command.make(
  "deploy",
  {
    dryRun: Flag.Boolean("dry-run").pipe(
      Flag.withDescription("Check, build and show every step, and change nothing: needs no account"),
      Flag.withDefault(false)
    ),
    admin: Flag.String("admin").pipe(
      Flag.withDescription("The e-mail address of an administrator: one is made if there is no such user"),
      Flag.optional
    )
  },
  ({ admin, dryRun }) => (dryRun ? rehearse : perform(Option.getOrUndefined(admin)))
).pipe(
  Command.withDescription("Deploy to a Cloudflare account: makes what it needs, and may be run again (npm run deploy)")
)

const migrationFiles = Migrations.readMigrations(`${projectFolder}/migrations`)

const rehearse = Effect.gen(function* () {
  const config = yield* readConfig
  const files = yield* migrationFiles
  console.log(`The migrations can be read: ${files.map(({ file }) => file).join(", ")}.`)
  yield* wrangler("the Worker cannot be built", ["deploy", "--dry-run", "--outdir", "dist/deploy"])
  const { steps, toml } = rehearsed(config.wanted, readFileSync(wranglerToml, "utf8"))
  console.log("\nIn an account that has nothing of it:")
  for (const [index, step] of steps.entries()) console.log(`  ${index + 1}. ${step}`)
  console.log("\nwrangler.deploy.toml would be:\n")
  console.log(toml.replaceAll(/^/gm, "  | "))
  const problems = problemsOf(config)
  console.log(`\nNothing was changed. ${problems.length === 0 ? "It can be deployed." : "Before a deployment:"}`)
  for (const problem of problems) console.log(`  - ${problem}`)
  console.log("docs/deploy.md says more.")
})

const secretsFile = (worker: string) => join(projectFolder, ".deploy", `${worker}.secrets.json`)

const perform = Effect.fnUntraced(function* (admin: string | undefined) {
  const config = yield* readConfig
  const problems = problemsOf(config)
  if (problems.length > 0) {
    return yield* new CliFailure({ message: `this cannot be deployed yet\n  - ${problems.join("\n  - ")}` })
  }
  const files = yield* migrationFiles
  const secrets = secretsFile(config.wanted.worker)
  const made = yield* attempt("the deployment failed", () =>
    deployTo(
      {
        wrangler: (parameters) => runWrangler(parameters),
        toml: readFileSync(wranglerToml, "utf8"),
        config: deployedToml,
        writeConfig: (toml) => writeFileSync(deployedToml, generated(toml)),
        secrets,
        keepSecrets: (names) => keepSecrets(secrets, names),
        migrate: () => Effect.runPromise(migrated(files, config)),
        say: (line) => console.log(line)
      },
      config.wanted
    )
  )
  if (made.some(({ _tag }) => _tag === "DrawSecret")) {
    console.log(
      `The secret is in ${secrets}, and nowhere else that it can be read: keep it where you keep such things.`
    )
  }
  if (admin !== undefined) yield* makeAdministrator(admin)
  yield* checkDiscovery(String(config.variables["ISSUER"]))
})

const generated = (toml: string): string =>
  `# Written by npm run deploy from wrangler.toml, with the ids of your account. Edit wrangler.toml instead.\n${toml}`

/** Shards are adopted before a Worker goes up that counts on them: one that takes some away is refused here. */
const migrated = (files: ReadonlyArray<Migrations.Migration>, { variables }: DeploymentConfig) =>
  Effect.gen(function* () {
    const d1 = accountD1()
    const applied = yield* Migrations.apply(d1, files)
    yield* adoptShards(d1, variables)
    return applied.map(({ file }) => file)
  }).pipe(
    Effect.mapError((problem) => new CliFailure({ message: "detail" in problem ? problem.detail : problem.message }))
  )

/** Asked again it is the same administrator; the password of a new one is shown this once. */
const makeAdministrator = Effect.fnUntraced(function* (email: string) {
  const store = yield* openRemoteStore
  const password = randomBytes(18).toString("base64url")
  const known = askOperator(store, "admin.create", { user: email }, AdministratorMade)
  const isNew = yield* known.pipe(
    Effect.as(false),
    Effect.catchTag("OperatorRefused", (refused) =>
      refused.tag === "UserNotFound"
        ? Effect.as(askOperator(store, "admin.create", { email, password }, AdministratorMade), true)
        : Effect.fail(new CliFailure({ message: refused.message }))
    )
  )
  console.log(isNew ? `${email} is an administrator, by the password ${password}` : `${email} is an administrator.`)
}, Effect.scoped)

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

const Discovery = Schema.Struct({ issuer: Schema.String })

const decodeHealth = Schema.decodeUnknownPromise(Schema.Struct({ status: Schema.String }))

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
    const { status } = yield* attempt("/health does not answer", async () =>
      decodeHealth(await (await fetch(`${issuer}/health`, { signal: AbortSignal.timeout(10_000) })).json())
    )
    console.log(status === "pass" ? "Every store answers." : `A store does not answer: ${issuer}/health says which.`)
  }).pipe(
    Effect.catch(() =>
      Effect.sync(() => console.log(`Deployed. ${issuer} does not answer yet: a new domain takes a few minutes.`))
    )
  )

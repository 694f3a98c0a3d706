/**
 * A deployment from beginning to end: what the account lacks is made, migrations run, the Worker goes up.
 *
 * Whatever ends it, the next run asks the account again and goes on where this one stopped.
 */
import { CliFailure } from "../CliFailure.ts"
import { look, make, type RunWrangler, withIds } from "./Account.ts"
import { nothingFound, sentenceOf, type Step, stepsTo } from "./Plan.ts"
import type { Wanted } from "./Wanted.ts"

/** What a deployment is done with: wrangler and files, or a stand-in for them. */
export interface Ground {
  readonly wrangler: RunWrangler
  /** The file that people edit. */
  readonly toml: string
  /** Where the copy with the account's ids is, and how it is written. */
  readonly config: string
  readonly writeConfig: (toml: string) => void
  /** Where drawn secrets are kept, and how they are. */
  readonly secrets: string
  readonly keepSecrets: (names: ReadonlyArray<string>) => void
  /** Applies migrations to the database that the copy names; says which. */
  readonly migrate: () => Promise<ReadonlyArray<string>>
  readonly say: (line: string) => void
}

/** What is done in an account that has nothing of it, and the file that comes of it: nothing is asked or changed. */
export const rehearsed = (
  wanted: Wanted,
  toml: string
): { readonly steps: ReadonlyArray<string>; readonly toml: string } => {
  const made = stepsTo(wanted, nothingFound).map(sentenceOf)
  const names = (ids: ReadonlyArray<{ readonly name: string }>) =>
    new Map(ids.map(({ name }) => [name, `id-of-${name}`]))
  const found = { databases: names(wanted.databases), namespaces: names(wanted.namespaces) }
  const always = ["write the ids into wrangler.deploy.toml", "apply the migrations", "deploy the Worker"]
  return { steps: [...made, ...always], toml: withIds(toml, wanted, found) }
}

/** Brings the account to what is wanted, and the Worker into it. Says what it made. */
export const deployTo = async (ground: Ground, wanted: Wanted): Promise<ReadonlyArray<Step>> => {
  const found = await look(ground.wrangler, wanted)
  const steps = stepsTo(wanted, found)
  for (const step of steps) {
    ground.say(`${sentenceOf(step)} …`)
    await make(ground.wrangler, step)
  }
  // The ids of what was made now are asked for like those of what was there before.
  const after = steps.length === 0 ? found : await look(ground.wrangler, wanted)
  ground.writeConfig(withIds(ground.toml, wanted, after))
  const drawn = steps.filter(({ _tag }) => _tag === "DrawSecret").map(({ name }) => name)
  if (drawn.length > 0) ground.keepSecrets(drawn)
  const applied = await ground.migrate()
  ground.say(applied.length === 0 ? "All migrations were applied before." : `Applied ${applied.join(", ")}.`)
  await upload(ground, drawn.length > 0)
  return steps
}

/** Secrets go up with the Worker that is the first to want them, in one version: it never runs without. */
const upload = async ({ config, secrets, wrangler }: Ground, hasDrawn: boolean): Promise<void> => {
  const command = ["deploy", "--config", config, ...(hasDrawn ? ["--secrets-file", secrets] : [])]
  const { code, output } = await wrangler(command)
  if (code !== 0) throw new CliFailure({ message: `the Worker was not deployed:\n${output.trim()}` })
}

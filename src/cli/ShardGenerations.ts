/**
 * Holding a deployment to the shards that there are: a generation may be added, and none changed or taken away, for ids
 * say where what they name lives. docs/decisions/0033-migrations.md.
 */
import { Effect, Schema } from "effect"
import { type D1Client, statement } from "../layers/cloudflare/d1/D1Client.ts"
import { CliFailure } from "./CliFailure.ts"

/** The variables by kind, with what holds where one is missing. */
const variables = { ACCOUNT_SHARDS: "16", TICKET_SHARDS: "4", LIMITER_SHARDS: "4" } as const

const tidy = (text: string): string => text.replaceAll(/\s/g, "")

const Row = Schema.Array(Schema.Struct({ kind: Schema.String, shards: Schema.String }))

/** Writes down what is to be deployed, unless it is not what there is with generations added. */
export const adoptShards = Effect.fn("AdoptShards")(function* (
  d1: D1Client,
  configured: Readonly<Record<string, unknown>>
) {
  const wanted = Object.entries(variables).map(([kind, fallback]) => ({
    kind,
    shards: tidy(String(configured[kind] ?? fallback))
  }))
  yield* check(wanted, yield* read(d1))
  yield* d1.batch(
    "Shards.adopt",
    wanted.map(({ kind, shards }) =>
      statement(
        "INSERT INTO shard_generations (kind, shards) VALUES (?, ?) ON CONFLICT (kind) DO UPDATE " +
          "SET shards = excluded.shards WHERE excluded.shards LIKE shard_generations.shards || ',%'",
        kind,
        shards
      )
    )
  )
  // Of two deployments at once that add different generations the other may have been the first.
  yield* check(wanted, yield* read(d1))
})

/** Refuses shards of which those that there are are not the beginning. */
const check = Effect.fnUntraced(function* (wanted: typeof Row.Type, known: typeof Row.Type) {
  for (const { kind, shards } of wanted) {
    const before = known.find((one) => one.kind === kind)?.shards
    if (before === undefined || shards === before || shards.startsWith(`${before},`)) continue
    return yield* new CliFailure({
      message:
        `${kind} is "${shards}", but what is deployed has "${before}": what lives there would not be found again. ` +
        `To grow, add a generation: "${before},${shards.split(",").at(-1)}"`
    })
  }
})

const read = (d1: D1Client) =>
  Effect.flatMap(
    d1.query("Shards.read", statement("SELECT kind, shards FROM shard_generations")),
    Schema.decodeUnknownEffect(Row)
  )

/** What a deployment needs of an account, read from wrangler.toml. docs/decisions/0037-cost-and-deploy.md. */
import { Schema } from "effect"

/** What is looked at of wrangler's own reading of its file. */
const Bindings = Schema.Struct({
  name: Schema.optional(Schema.String),
  d1_databases: Schema.Array(
    Schema.Struct({ binding: Schema.String, database_name: Schema.String, database_id: Schema.optional(Schema.String) })
  ),
  kv_namespaces: Schema.Array(Schema.Struct({ binding: Schema.String, id: Schema.optional(Schema.String) })),
  r2_buckets: Schema.Array(Schema.Struct({ bucket_name: Schema.String })),
  queues: Schema.Struct({
    producers: Schema.optional(Schema.Array(Schema.Struct({ queue: Schema.String }))),
    consumers: Schema.optional(
      Schema.Array(Schema.Struct({ queue: Schema.String, dead_letter_queue: Schema.optional(Schema.String) }))
    )
  })
})

export interface Wanted {
  readonly worker: string
  /** By the names under which the account knows them; the id as the file has it, null for a placeholder. */
  readonly databases: ReadonlyArray<{ readonly name: string; readonly id: string | null }>
  readonly namespaces: ReadonlyArray<{ readonly name: string; readonly id: string | null }>
  readonly buckets: ReadonlyArray<string>
  readonly queues: ReadonlyArray<string>
  readonly secrets: ReadonlyArray<string>
}

/** Without it nothing can be opened that the provider sealed. */
const secrets = ["HAPAX_SECRET"]

export const isPlaceholder = (id: string | undefined): boolean => id === undefined || /^[0-]*$/.test(id)

const known = (id: string | undefined): string | null => (id === undefined || isPlaceholder(id) ? null : id)

const decode = Schema.decodeUnknownPromise(Bindings)

/** What the file wants, given wrangler's reading of it. */
export const wantedOf = async (config: unknown): Promise<Wanted> => {
  const { d1_databases, kv_namespaces, name = "hapax", queues, r2_buckets } = await decode(config)
  const all = [
    ...(queues.producers ?? []).map(({ queue }) => queue),
    ...(queues.consumers ?? []).flatMap(({ dead_letter_queue, queue }) => [queue, dead_letter_queue ?? queue])
  ]
  return {
    worker: name,
    databases: d1_databases.map(({ database_id, database_name }) => ({ name: database_name, id: known(database_id) })),
    // A namespace has no name in the file: the account knows it by the Worker's and the binding's.
    namespaces: kv_namespaces.map(({ binding, id }) => ({ name: `${name}-${binding.toLowerCase()}`, id: known(id) })),
    buckets: r2_buckets.map(({ bucket_name }) => bucket_name),
    // Dead letters first: a consumer cannot name a queue that is not there.
    queues: [...new Set(all)].toSorted((one, other) => other.length - one.length),
    secrets
  }
}

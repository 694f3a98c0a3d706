/** A real D1 and a real R2 in workerd, through Miniflare, with the migrations applied. */
import { Effect, Layer, Schema } from "effect"
import { Miniflare } from "miniflare"
import { apply, readMigrations } from "../../src/cli/Migrations.ts"
import { R2Alerts } from "../../src/layers/cloudflare/r2/AlertsR2.ts"
import { R2Avatars } from "../../src/layers/cloudflare/r2/AvatarsR2.ts"
import type { Bucket, Cache, Database } from "../../src/layers/cloudflare/Bindings.ts"
import { makeArchiveBox, R2Archive } from "../../src/layers/cloudflare/r2/AuditArchiveR2.ts"
import { makeClientCopies } from "../../src/layers/cloudflare/ClientCopiesKv.ts"
import { KvClients } from "../../src/layers/objects/ClientDisplays.ts"
import { type D1Client, D1Primary, makeD1Client, statement } from "../../src/layers/cloudflare/d1/D1Client.ts"
import { makeLetterBox, R2DeadLetters } from "../../src/layers/cloudflare/r2/DeadLettersR2.ts"
import { D1Probe, KvProbe, probeD1, probeKv, probeR2, R2Probe } from "../../src/layers/cloudflare/HealthProbes.ts"
import { AuditEvent } from "../../src/domain/AuditEvent.ts"
import type { DeadLetter } from "../../src/services/storage/AuditLog.ts"
import { AuditReader } from "../../src/services/storage/AuditLog.laws.ts"

/** Empty databases and an empty bucket; `stop` ends the process behind them. */
export const startWorkerd = async (count = 1) => {
  const names = Array.from({ length: count }, (_, n) => `DB${n}`)
  const miniflare = new Miniflare({
    workers: [
      {
        config: {
          name: "nothing",
          compatibilityDate: "2026-11-01",
          manifest: {
            mainModule: "nothing.js",
            modules: { "nothing.js": { type: "esm", contents: "export default { fetch: () => new Response() }" } }
          },
          env: {
            ...Object.fromEntries(names.map((name) => [name, { type: "d1" as const, id: name }])),
            CACHE: { type: "kv", id: "cache" },
            DEAD_LETTERS: { type: "r2", name: "dead-letters" },
            ARCHIVE: { type: "r2", name: "archive" }
          }
        }
      }
    ]
  })
  const open = async (name: string) => makeD1Client((await miniflare.getD1Database(name)) as unknown as Database)
  const bucket = (await miniflare.getR2Bucket("DEAD_LETTERS")) as unknown as Bucket
  const cache = (await miniflare.getKVNamespace("CACHE")) as unknown as Cache
  const binding = (await miniflare.getD1Database(names[0]!)) as unknown as Database
  const archive = (await miniflare.getR2Bucket("ARCHIVE")) as unknown as Bucket
  const databases = await Promise.all(names.map(open))
  return { d1: databases[0]!, binding, cache, databases, bucket, archive, stop: () => miniflare.dispose() }
}

export type Workerd = Awaited<ReturnType<typeof startWorkerd>>

export const migrationsFolder = `${import.meta.dirname}/../../migrations`

/** Applies the migrations of this repository. */
export const migrate = (d1: D1Client) =>
  Effect.flatMap(readMigrations(migrationsFolder), (migrations) => apply(d1, migrations))

/** The storage tokens of the Worker, made of these. */
export const tokens = ({ archive, binding, bucket, cache, d1 }: Workerd) =>
  Layer.mergeAll(
    Layer.succeed(D1Primary, d1),
    Layer.succeed(R2DeadLetters, makeLetterBox(bucket)),
    Layer.succeed(R2Archive, makeArchiveBox(archive)),
    Layer.succeed(R2Alerts, bucket),
    Layer.succeed(R2Avatars, bucket),
    Layer.succeed(D1Probe, probeD1(binding)),
    Layer.succeed(R2Probe, probeR2(bucket)),
    Layer.succeed(KvProbe, probeKv(cache)),
    Layer.succeed(KvClients, makeClientCopies(cache))
  )

const EventRow = Schema.Struct({ json: Schema.fromJsonString(AuditEvent) })

/** The events of the table as JSON again, by SQL of its own: what the layer wrote is not read by the layer. */
const eventsSql =
  "SELECT json_patch('{}', json_object('id', event_id, 'at', at, 'type', type, 'userId', user_id, " +
  "'clientId', client_id, 'grantId', grant_id, 'sid', sid, 'detail', json(detail))) AS json " +
  "FROM audit_log WHERE event_id IN (SELECT value FROM json_each(?))"

/** A look into the real log and the real bucket. */
export const reader = ({ bucket, d1 }: Pick<Workerd, "d1" | "bucket">) =>
  Layer.succeed(
    AuditReader,
    AuditReader.of({
      events: (ids) =>
        d1.query("test", statement(eventsSql, JSON.stringify(ids))).pipe(
          Effect.flatMap(Schema.decodeUnknownEffect(Schema.Array(EventRow))),
          Effect.map((rows) => rows.map(({ json }) => json))
        ),
      letter: (id) =>
        Effect.promise(async () => (await (await bucket.get(`dead-letters/${id}`))?.json<DeadLetter>()) ?? null)
    })
  )

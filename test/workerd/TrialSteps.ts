/** Objects made to try the machinery of objects: an older, a newer and a broken version of one class. */
import { Effect, Result, Schema } from "effect"
import { firstVersion } from "../../src/layers/cloudflare/objects/ObjectSchema.ts"
import type { StepObjectSpec } from "../../src/layers/cloudflare/objects/StepObject.ts"
import { step } from "../../src/layers/objects/Step.ts"
import { table } from "../../src/layers/objects/Table.ts"

/** A thing as version 1 knew it. */
export class OldThing extends Schema.Class<OldThing>("OldThing")({ id: Schema.String, colour: Schema.String }) {}

/** A thing as version 2 knows it: a member has another name, and one is new. */
export class Thing extends Schema.Class<Thing>("Thing")({
  id: Schema.String,
  color: Schema.String,
  size: Schema.Int
}) {}

const oldTables = {
  things: table({
    name: "things",
    keys: ["id"],
    keyOf: (row: OldThing) => [row.id],
    expiresAt: null,
    schema: OldThing
  })
}

const tables = {
  things: table({ name: "things", keys: ["id"], keyOf: (row: Thing) => [row.id], expiresAt: null, schema: Thing })
}

const event = { type: "user.updated" } as const

const oldSteps = {
  put: step<typeof oldTables>()({
    request: OldThing,
    reply: Schema.Void,
    refusal: Schema.Never,
    run: (tx, row) => {
      tx.things.put(row)
      tx.audit(event)
      return Result.void
    }
  })
}

const steps = {
  put: step<typeof tables>()({
    request: Thing,
    reply: Schema.Void,
    refusal: Schema.Never,
    run: (tx, row) => {
      tx.things.put(row)
      tx.audit(event)
      return Result.void
    }
  }),
  get: step<typeof tables>()({
    request: Schema.String,
    reply: Schema.NullOr(Thing),
    refusal: Schema.Never,
    run: (tx, id) => Result.succeed(tx.things.get(id) ?? null)
  }),
  /** A defect: it writes and tells nobody. */
  forget: step<typeof tables>()({
    request: Thing,
    reply: Schema.Void,
    refusal: Schema.Never,
    run: (tx, row) => {
      tx.things.put(row)
      return Result.void
    }
  }),
  /** A defect: it writes, says so, and then fails. */
  stumble: step<typeof tables>()({
    request: Thing,
    reply: Schema.Void,
    refusal: Schema.Never,
    run: (tx, row) => {
      tx.things.put(row)
      tx.audit(event)
      throw new Error("stumbled")
    }
  }),
  /** It only marks something, and says why that is nobody's event. */
  mark: step<typeof tables>()({
    request: Thing,
    reply: Schema.Void,
    refusal: Schema.Never,
    quiet: "a mark in a test",
    run: (tx, row) => {
      tx.things.put(row)
      return Result.void
    }
  }),
  /** One effect of very many parts. */
  say: step<typeof tables>()({
    request: Schema.Struct({ events: Schema.Int, length: Schema.Int }),
    reply: Schema.Void,
    refusal: Schema.Never,
    run: (tx, { events, length }) => {
      for (let n = 0; n < events; n++) tx.audit({ ...event, detail: { n: `${n}`, long: "ü".repeat(length) } })
      return Result.void
    }
  })
}

const rename =
  "UPDATE things SET body = json_set(json_remove(body, '$.colour'), '$.color', json_extract(body, '$.colour'))"
const size = "UPDATE things SET body = json_set(body, '$.size', 1)"

const first: StepObjectSpec = {
  tables: oldTables,
  steps: oldSteps,
  migrations: [firstVersion(oldTables)],
  outboxDelay: 1_000
}

const third: StepObjectSpec = {
  tables,
  steps,
  migrations: [...first.migrations, { statements: [rename] }, { statements: [size] }],
  outboxDelay: 1_000
}

/** A thing as version 5 knows it: what weighs nothing is not heavy, and is written down. */
const heavy = Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false)))
class HeavyThing extends Schema.Class<HeavyThing>("HeavyThing")({ ...Thing.fields, heavy }) {}
const heavyTables = {
  things: table({
    name: "things",
    keys: ["id"],
    keyOf: (row: HeavyThing) => [row.id],
    expiresAt: null,
    schema: HeavyThing
  })
}
const heavyGet = step<typeof heavyTables>()({
  request: Schema.String,
  reply: Schema.NullOr(HeavyThing),
  refusal: Schema.Never,
  run: (tx, id) => Result.succeed(tx.things.get(id) ?? null)
})

/** Version 4 has a table more, which code of version 3 knows nothing of. */
const fourth: StepObjectSpec = {
  ...third,
  migrations: [...third.migrations, { statements: ["CREATE TABLE notes (id TEXT PRIMARY KEY)"], isAdditive: true }]
}

const fifth: StepObjectSpec = {
  ...fourth,
  tables: heavyTables,
  steps: { ...steps, get: heavyGet },
  migrations: [...fourth.migrations, { statements: [], isAdditive: true, rewrites: heavyTables.things }]
}

/**
 * The versions of the class. `cut` is the third with a last migration that fails halfway; code of `sixth` reads no
 * thing that is not in the form of version 5.
 */
export const trialSpecs = {
  first,
  third,
  fourth,
  fifth,
  sixth: { ...fifth, migrations: [...fifth.migrations, { statements: [], isAfterRewrites: true }] },
  cut: {
    ...third,
    migrations: [
      ...first.migrations,
      { statements: [rename] },
      { statements: [size, "INSERT INTO nowhere VALUES (1)"] }
    ]
  }
} satisfies Record<string, StepObjectSpec>

export type TrialName = keyof typeof trialSpecs

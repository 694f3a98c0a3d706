/** Rows in and out of D1: parameters that are never too long, and rows that are refused rather than guessed at. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { AuditLogD1 } from "../../src/layers/cloudflare/d1/AuditLogD1.ts"
import { ClientsD1 } from "../../src/layers/cloudflare/d1/ClientsD1.ts"
import { type D1Client, D1Primary, type Row } from "../../src/layers/cloudflare/d1/D1Client.ts"
import { R2DeadLetters } from "../../src/layers/cloudflare/r2/DeadLettersR2.ts"
import { jsonArrays } from "../../src/layers/cloudflare/d1/D1Rows.ts"
import { DirectoryD1 } from "../../src/layers/cloudflare/d1/DirectoryD1.ts"
import { IdentifiersD1 } from "../../src/layers/cloudflare/d1/IdentifiersD1.ts"
import { BrandingsD1 } from "../../src/layers/cloudflare/d1/BrandingsD1.ts"
import { ResourceServersD1 } from "../../src/layers/cloudflare/d1/ResourceServersD1.ts"
import { AuditLog } from "../../src/services/storage/AuditLog.ts"
import { Clients } from "../../src/services/storage/Clients.ts"
import { Directory } from "../../src/services/storage/Directory.ts"
import { Identifiers } from "../../src/services/storage/Identifiers.ts"
import { SettingsD1 } from "../../src/layers/cloudflare/d1/SettingsD1.ts"
import { Settings } from "../../src/services/storage/Settings.ts"
import { Brandings } from "../../src/services/storage/Brandings.ts"
import { ResourceServers } from "../../src/services/storage/ResourceServers.ts"

const bytesOf = (text: string) => new TextEncoder().encode(text).length

describe("jsonArrays", () => {
  const Sizes = Schema.Array(Schema.Literals([0, 1, 1_000, 40_000, 120_000]))

  it.effect.prop("keeps every value, in order, in parameters of less than 2 MB", [Sizes], ([sizes]) =>
    Effect.sync(() => {
      const values = sizes.map((size, n) => ({ n, text: "ü".repeat(size) }))
      const arrays = jsonArrays([...values, ...values])
      expect(arrays.flatMap((array) => JSON.parse(array) as ReadonlyArray<unknown>)).toEqual([...values, ...values])
      for (const array of arrays) expect(bytesOf(array)).toBeLessThan(2_000_000)
    })
  )

  it("makes one parameter of a usual batch, and none of nothing", () => {
    expect(jsonArrays(Array.from({ length: 100 }, () => ({ text: "x".repeat(500) })))).toHaveLength(1)
    expect(jsonArrays([])).toEqual([])
  })

  it("splits 100 messages of the queue's greatest size", () => {
    expect(jsonArrays(Array.from({ length: 100 }, () => "ü".repeat(64_000))).length).toBeGreaterThan(10)
  })
})

describe("a row that another version of this code wrote", () => {
  /** A database that answers everything with the same rows. */
  const answering = (rows: ReadonlyArray<Row>): D1Client => ({
    query: () => Effect.succeed(rows),
    batch: (_operation, statements) => Effect.succeed(statements.map(() => rows))
  })
  const operations = Layer.mergeAll(
    ClientsD1,
    BrandingsD1,
    SettingsD1,
    ResourceServersD1,
    IdentifiersD1,
    DirectoryD1,
    AuditLogD1
  )
  const over = (rows: ReadonlyArray<Row>) =>
    operations.pipe(
      Layer.provide(Layer.succeed(D1Primary, answering(rows))),
      Layer.provide(Layer.succeed(R2DeadLetters, { put: () => Effect.void }))
    )

  const client = { client_id: "a", metadata: "{}", secrets: "[]", version: 1, created_at: 0, updated_at: 0 }
  const event = { id: "e", at: 0, type: "identifier.reserved" as const }
  const asked = { userId: "u" as never, identifiers: [], now: 0 }
  const readings = {
    "Client.find": Effect.asVoid(Clients.find("a" as never)),
    "Client.findAll": Effect.asVoid(Clients.findAll(["a" as never])),
    "Client.list": Effect.asVoid(Clients.list({ after: "", limit: 1 })),
    "ResourceServer.find": Effect.asVoid(ResourceServers.find(["a"])),
    "ResourceServer.list": Effect.asVoid(ResourceServers.list({ after: "", limit: 1 })),
    "Setting.find": Effect.asVoid(Settings.find()),
    "Branding.find": Effect.asVoid(Brandings.find()),
    "Identifier.resolve": Effect.asVoid(Identifiers.resolve("username:a" as never)),
    "Identifier.reserve": Effect.asVoid(Identifiers.reserve(asked, event)),
    "Directory.list": Effect.asVoid(Directory.list({ after: "", limit: 1 }))
  } as const
  const rows = [{}, client, { ...client, metadata: "no JSON" }, { user_id: 7, status: "retired" }]

  it.effect.each(Object.keys(readings) as ReadonlyArray<keyof typeof readings>)("is refused by %s", (operation) =>
    Effect.gen(function* () {
      for (const row of rows) {
        const reading = readings[operation] as (typeof readings)["Client.find"]
        const error = yield* Effect.flip(reading.pipe(Effect.provide(over([row]))))
        expect(error).toMatchObject({ _tag: "NotExecuted", operation, reason: "schema" })
        // The row is not told: what stands in it may be somebody's.
        expect(error.detail).toBe("a row is of another version of this code")
      }
    })
  )

  it.effect("is nothing to a batch of no events, which does not ask the database at all", () =>
    AuditLog.append([]).pipe(Effect.provide(over([{}])))
  )
})

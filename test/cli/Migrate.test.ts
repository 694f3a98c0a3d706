/** `hapax migrate` on the local store, and the same through `wrangler d1 execute`, as a deployment does it. */
import { mkdtempSync } from "node:fs"
import { rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Result } from "effect"
import { afterAll, describe, expect, it } from "vitest"
import * as Migrations from "../../src/cli/Migrations.ts"
import { openStore } from "../../src/cli/OpenStore.ts"
import { remoteD1 } from "../../src/cli/RemoteD1.ts"
import { readSettings } from "../../src/cli/Settings.ts"
import { statement } from "../../src/layers/cloudflare/d1/D1Client.ts"
import { freePorts, makeTool } from "./Tool.ts"

const minute = 60_000
const tool = makeTool()
afterAll(() => tool.forget())

const states = (text: string) => (JSON.parse(text) as Array<{ state: string }>).map(({ state }) => state)

const folder = `${import.meta.dirname}/../../migrations`

describe("hapax migrate", () => {
  it(
    "status, apply and verify; a migration that was changed is refused by its name and both checksums",
    async () => {
      const before = await tool.run(["migrate", "status", "--json"])
      expect(new Set(states(before.stdout))).toEqual(new Set(["pending"]))
      expect(await tool.run(["migrate", "apply"])).toMatchObject({ code: 0, stderr: "" })
      expect(await tool.run(["migrate", "verify"])).toMatchObject({ code: 0, stderr: "" })

      const applied = "0".repeat(64)
      await pretendChecksum(applied)
      const files = await Effect.runPromise(Migrations.readMigrations(folder))
      const file = files[1]!
      // One line, with the name and both checksums.
      const both = `${file.checksum}, applied was ${applied} `
      const line = expect.stringMatching(new RegExp(`^hapax: ${file.file} was changed .* ${both}.*\\n$`))
      expect(await tool.run(["migrate", "apply"])).toEqual({ code: 1, stdout: "", stderr: line })
      const [port, demoPort] = await freePorts()
      const started = await tool.run(["start"], { PORT: String(port), DEMO_PORT: String(demoPort) })
      expect(started).toEqual({ code: 1, stdout: "", stderr: line })
      expect(states((await tool.run(["migrate", "status", "--json"])).stdout)).toContain("changed")
    },
    3 * minute
  )
})

/** As if the second migration had been another file when it was applied. */
const pretendChecksum = (checksum: string) =>
  Effect.runPromise(
    openStore(Result.getOrThrow(readSettings({ HAPAX_DATA: tool.data }))).pipe(
      Effect.flatMap(({ d1 }) =>
        d1.batch("test", [statement("UPDATE schema_migrations SET checksum = ? WHERE version = 2", checksum)])
      ),
      Effect.scoped
    )
  )

describe("migrations through wrangler", () => {
  it(
    "are applied once, each whole or not at all",
    async () => {
      const data = mkdtempSync(join(tmpdir(), "hapax-test-"))
      // A local database stands for the one in the account: to wrangler it is another flag.
      const d1 = remoteD1("--local", "--persist-to", data)
      const of = (version: number, name: string, ...statements: ReadonlyArray<string>): Migrations.Migration => {
        return { version, name, file: `${version}.sql`, checksum: "x", statements }
      }
      const first = of(1, "it's the first", "CREATE TABLE whole (a TEXT DEFAULT '?')")
      expect(await Effect.runPromise(Migrations.apply(d1, [first]))).toEqual([first])
      const broken = of(2, "broken", "CREATE TABLE half (a INTEGER)", "CREATE TABLE whole (a INTEGER)")
      const exit = await Effect.runPromiseExit(Migrations.apply(d1, [first, broken]))
      expect(String(exit)).toContain("table whole already exists")
      const tables = statement("SELECT name FROM sqlite_master WHERE name IN (?, ?)", "whole", "half")
      expect(await Effect.runPromise(d1.query("test", tables))).toEqual([{ name: "whole" }])
      const [state] = await Effect.runPromise(Migrations.status(d1, [first]))
      expect(state).toMatchObject({ state: "applied", applied: { name: "it's the first" } })
      await rm(data, { recursive: true })
    },
    3 * minute
  )
})

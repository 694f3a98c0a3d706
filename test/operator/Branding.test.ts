/** What an operator makes of the look, and what the pages make of it. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { runCommand } from "../../src/operator/RunCommand.ts"
import { readBranding, setBranding } from "../../src/services/flows/operator/SetBranding.ts"
import { showBranding } from "../../src/services/flows/ShowBranding.ts"
import { Around } from "../../src/services/storage/Consistency.ts"
import { Brandings, brandingCopyLifetime } from "../../src/services/storage/Brandings.ts"
import { NotExecuted } from "../../src/services/storage/StorageError.ts"
import { auditTypes, beforeFirst, failureOf, World } from "./World.ts"

const colours = { "light.accent": "#0b5d3b" }

describe("SetBranding", () => {
  it.effect("what is given replaces what was there; a reset takes everything else away", () =>
    Effect.gen(function* () {
      yield* setBranding({ name: "Acme", colours })
      const second = yield* setBranding({ css: "h1 { font-weight: 700 }" })
      expect(second).toMatchObject({ name: "Acme", light: { accent: "#0b5d3b" }, version: 2 })
      expect(yield* readBranding()).toEqual(second)
      const third = yield* setBranding({ reset: true, name: "Other" })
      expect(JSON.parse(JSON.stringify(third))).toEqual({ name: "Other", light: {}, dark: {}, version: 3 })
      expect(yield* auditTypes).toEqual(["branding.updated", "branding.updated", "branding.updated"])
    }).pipe(Effect.provide(World))
  )

  it.effect("what cannot be is refused, named by its field, and changes nothing", () =>
    Effect.gen(function* () {
      const refused = yield* failureOf(setBranding({ name: "Acme", css: "h1 { position: fixed }" }))
      expect(refused.message).toMatch(/^css: line 1: "position" cannot be set; .*\.$/)
      expect(yield* readBranding()).toMatchObject({ version: 0 })
      expect(yield* auditTypes).toEqual([])
    }).pipe(Effect.provide(World))
  )

  it.effect("of two operators who change the same version, one is told to look again", () =>
    Effect.gen(function* () {
      const other = Effect.provide(setBranding({ name: "Other" }), yield* Effect.context<never>())
      const intruder = Effect.provideService(other, Around, (_call, run) => run)
      const refused = yield* failureOf(
        beforeFirst("Branding.set", intruder as Effect.Effect<unknown, unknown>)(setBranding({ name: "Acme" }))
      )
      expect(refused._tag).toBe("BrandingConflict")
      expect(yield* readBranding()).toMatchObject({ name: "Other", version: 1 })
    }).pipe(Effect.provide(World))
  )

  it.effect("as commands: the answer is what is shown, and no other field is taken", () =>
    Effect.gen(function* () {
      const ask = (command: string, input: unknown) =>
        Effect.map(runCommand(JSON.stringify({ command, input })), (text) => JSON.parse(text) as unknown)
      expect(yield* ask("branding.show", {})).toEqual({ ok: { light: {}, dark: {}, version: 0 } })
      const set = { ok: { name: "Acme", light: { accent: "#0b5d3b" }, dark: {}, version: 1 } }
      expect(yield* ask("branding.set", { name: "Acme", colours })).toEqual(set)
      expect(yield* ask("branding.show", {})).toEqual(set)
      expect(yield* ask("branding.set", { colors: colours })).toMatchObject({ error: { tag: "InvalidInput" } })
    }).pipe(Effect.provide(World))
  )
})

describe("ShowBranding", () => {
  it.effect("a page shows a change within the bound of its copy, and asks storage no sooner", () =>
    Effect.gen(function* () {
      const asked: Array<string> = []
      const show = Effect.provideService(showBranding(), Around, (call, run) => {
        asked.push(call.operation)
        return run
      })
      expect(yield* show).toMatchObject({ version: 0 })
      yield* setBranding({ name: "Acme" })
      yield* TestClock.adjust(brandingCopyLifetime - 1)
      expect(yield* show).toMatchObject({ version: 0 })
      yield* TestClock.adjust(1)
      expect(yield* show).toMatchObject({ name: "Acme" })
      expect(asked).toEqual(["Branding.copy", "Branding.find", "Branding.copy", "Branding.copy", "Branding.find"])
    }).pipe(Effect.provide(World))
  )

  it.effect("where storage fails, a page looks as it comes: looks protect nobody", () =>
    Effect.gen(function* () {
      yield* setBranding({ name: "Acme" })
      const failing = Effect.fail(new NotExecuted({ operation: "Branding.find", reason: "unavailable", detail: "" }))
      const shown = yield* Effect.provideService(showBranding(), Around, (call, run) =>
        call.operation === Brandings.find.operation ? (failing as unknown as typeof run) : run
      )
      expect(shown.version).toBe(0)
      expect(yield* showBranding()).toMatchObject({ name: "Acme" })
    }).pipe(Effect.provide(World))
  )
})

/** What an operator decides while the provider runs, and how it is asked for and refused. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { TestClock } from "effect/testing"
import { defaultSettings, inForce, resettled, unset } from "../../src/domain/Settings.ts"
import { runCommand } from "../../src/operator/RunCommand.ts"
import { readSettings, setSettings } from "../../src/services/flows/operator/SetSettings.ts"
import { settingsNow } from "../../src/services/flows/SettingsNow.ts"
import { Around } from "../../src/services/storage/Consistency.ts"
import { settingsCopyLifetime } from "../../src/services/storage/Settings.ts"
import { auditTypes, beforeFirst, failureOf, World } from "./World.ts"

describe("settings", () => {
  it("what is not set is as it comes; null takes a setting back", () => {
    expect(inForce(unset)).toEqual(defaultSettings)
    const first = Result.getOrThrow(resettled(unset, { retention: { auditDays: 30 } }))
    expect(first).toMatchObject({ retention: { auditDays: 30 }, version: 1 })
    expect(inForce(first).retention).toEqual({ ...defaultSettings.retention, auditDays: 30 })
    const change = { retention: { auditDays: null }, keys: { rotateAfterDays: 7 } }
    const second = Result.getOrThrow(resettled(first, change))
    expect(second).toMatchObject({ keys: { rotateAfterDays: 7 }, version: 2 })
    expect(inForce(second).retention).toEqual(defaultSettings.retention)
  })

  it.each([
    [{ retention: { auditDays: 0 } }, "retention.auditDays"],
    [{ retention: { auditDays: 1.5 } }, "retention.auditDays"],
    [{ retention: { auditDays: "30" } }, "retention.auditDays"],
    [{ retention: { constructor: 1 } }, "retention.constructor"],
    [{ retention: { auditDay: 1 } }, "retention.auditDay"],
    [{ nothing: { at: "all" } }, "nothing"],
    [{ version: { at: 1 } }, "version"],
    [{ __proto__: null, toString: { a: 1 } }, "toString"]
  ])("%j is refused by the name of its field", (change, field) => {
    expect(resettled(unset, change as never)).toMatchObject({ _tag: "Failure", failure: { field } })
  })
})

describe("SetSettings", () => {
  it.effect("a change is in force at once where it is shown, and within a minute in every isolate", () =>
    Effect.gen(function* () {
      expect(yield* settingsNow()).toEqual(defaultSettings)
      yield* setSettings({ change: { retention: { auditDays: 30 } } })
      expect(yield* readSettings()).toMatchObject({ version: 1, inForce: { retention: { auditDays: 30 } } })
      expect(yield* auditTypes).toEqual(["settings.updated"])
      yield* TestClock.adjust(settingsCopyLifetime)
      expect((yield* settingsNow()).retention.auditDays).toBe(30)
    }).pipe(Effect.provide(World))
  )

  it.effect("of two operators who change the same version, one is told to look again", () =>
    Effect.gen(function* () {
      const change = (auditDays: number) => setSettings({ change: { retention: { auditDays } } })
      const other = Effect.provide(change(10), yield* Effect.context<never>())
      const intruder = Effect.provideService(other, Around, (_call, run) => run)
      const refused = yield* failureOf(
        beforeFirst("Setting.set", intruder as Effect.Effect<unknown, unknown>)(change(20))
      )
      expect(refused._tag).toBe("SettingsConflict")
      expect(yield* readSettings()).toMatchObject({ version: 1, set: { retention: { auditDays: 10 } } })
    }).pipe(Effect.provide(World))
  )

  it.effect("as commands: what is refused changes nothing", () =>
    Effect.gen(function* () {
      const ask = (command: string, input: unknown) =>
        Effect.map(runCommand(JSON.stringify({ command, input })), (text) => JSON.parse(text) as unknown)
      expect(yield* ask("settings.show", {})).toEqual({ ok: { version: 0, set: {}, inForce: defaultSettings } })
      expect(yield* ask("settings.set", { change: { keys: { rotateAfterDays: 7 } } })).toMatchObject({
        ok: { version: 1, set: { keys: { rotateAfterDays: 7 } } }
      })
      const tooFew = yield* ask("settings.set", { change: { keys: { rotateAfterDays: 0 } } })
      expect(tooFew).toMatchObject({ error: { tag: "InvalidField" } })
      expect(JSON.stringify(tooFew)).toContain("keys.rotateAfterDays: must be from 1 to 3650")
      expect(yield* ask("settings.show", {})).toMatchObject({ ok: { version: 1 } })
    }).pipe(Effect.provide(World))
  )
})

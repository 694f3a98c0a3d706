/**
 * Every acknowledged effect has exactly one event at rest, whatever befalls the outbox, the alarm, the queue, its
 * consumer, the log and the directory; and what would break that is found.
 */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Layer } from "effect"
import type { Chooser } from "../../../src/layers/test/kernel/Chooser.ts"
import { exhaustive } from "../../../src/layers/test/kernel/Exhaustive.ts"
import { pct } from "../../../src/layers/test/kernel/Pct.ts"
import { random } from "../../../src/layers/test/kernel/Random.ts"
import { MemoryDatabase } from "../../../src/layers/test/MemoryDatabase.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { type BackgroundSpec, memoryBackground } from "../../../src/layers/test/models/Background.ts"
import type { Delivered } from "../../../src/layers/test/models/QueueModel.ts"
import { succeeded } from "../../../src/layers/test/oracles/Answer.ts"
import type { Scenario } from "../../../src/layers/test/Scenario.ts"
import { again, search } from "../../../src/layers/test/Simulate.ts"
import {
  droppedAlarm,
  leftBehind,
  manyEffects,
  oneEffect,
  oneUser,
  twoEffects,
  twoEffectsAnyFault,
  type WithBackground,
  type WithSessions,
  workerConsumers
} from "./AuditPipeline.ts"

type Pipeline = Scenario<WithSessions, WithBackground>

type Everything = Layer.Success<typeof MemoryProvider>

const withConsumers = (scenario: Pipeline, changes: Partial<BackgroundSpec<Everything, Everything>>): Pipeline => ({
  ...scenario,
  layer: memoryBackground<Everything, Everything>({ ...workerConsumers, ...changes }).pipe(
    Layer.provideMerge(MemoryProvider)
  )
})

/** Generous: no test depends on speed, and one core may have to do with many of them. */
const patience = 300_000

describe("an acknowledged effect has exactly one event at rest", () => {
  it.effect.each(
    (
      [
        [oneEffect, 100],
        [oneUser, 100],
        [twoEffects, 5_000],
        [droppedAlarm, 100]
      ] as const
    ).map(([scenario, atLeast]) => ({ name: scenario.name, scenario, atLeast }))
  )(
    "$name: in every order, with any one of its faults",
    ({ atLeast, scenario }) =>
      Effect.gen(function* () {
        const { failure, schedules } = yield* search(scenario, () => exhaustive())
        expect(failure?.violation).toBeUndefined()
        expect(schedules).toBeGreaterThan(atLeast)
      }),
    patience
  )

  const runs = 2_000
  const choosers: Readonly<Record<string, () => Chooser>> = {
    chance: () => random({ runs, seed: "events" }),
    priorities: () => pct({ runs, seed: "events", depth: 3, moments: 60 })
  }
  it.effect.each(
    [twoEffectsAnyFault, manyEffects].flatMap((scenario) =>
      Object.entries(choosers).map(([by, choosing]) => ({ name: scenario.name, scenario, by, choosing }))
    )
  )(
    "$name: in 2,000 schedules by $by",
    ({ choosing, scenario }) =>
      Effect.gen(function* () {
        const { failure, schedules } = yield* search(scenario, choosing)
        expect(failure?.violation).toBeUndefined()
        expect(schedules).toBe(runs)
      }),
    patience
  )

  it.effect("as cheap as without a background, where it runs after the clients", () =>
    Effect.gen(function* () {
      const after: Pipeline = { ...twoEffects, background: "after" }
      const { failure, schedules } = yield* search(after, () => exhaustive())
      expect(failure?.violation).toBeUndefined()
      // Two calls in two orders, and what may befall each of them.
      expect(schedules).toBeLessThan(50)
    })
  )
})

describe("what cannot be delivered is kept", () => {
  it.effect("a message that no version of the code reads ends as a dead letter, whatever goes wrong on its way", () =>
    Effect.gen(function* () {
      const seen = new Set<number>()
      const letters = MemoryDatabase.use(({ deadLetters }) =>
        Effect.sync(() => deadLetters.values().filter(({ body }) => JSON.stringify(body).includes("session.ended")))
      )
      const unread: Pipeline = {
        ...withConsumers(oneEffect, { outbox: (messages) => Effect.succeed(messages.map(({ id }) => id)) }),
        oracles: [
          {
            name: "Kept",
            judge: (run) => {
              const [left, kept] = [run.ask(leftBehind), run.ask(letters)]
              if (Exit.isFailure(left) || Exit.isFailure(kept)) return "nobody can say what is kept"
              if (left.value.outboxes + left.value.queues > 0) return "it is under way"
              seen.add(kept.value.length)
              return run.history.actions.every(succeeded) && kept.value.length === 0 ? "it is gone" : undefined
            }
          }
        ]
      }
      const { failure } = yield* search(unread, () => random({ runs: 1_000, seed: "letters" }))
      expect(failure?.violation).toBeUndefined()
      // None where nothing was done, two where it was handed over twice.
      expect([...seen].toSorted()).toEqual([0, 1, 2])
    })
  )
})

describe("what is left out of the search is nothing new", () => {
  it.effect(
    "the reduced search comes to all ends of the whole one, with a duplicate delivery in any place",
    () =>
      Effect.gen(function* () {
        const ends = (reduces: boolean) => {
          const found = new Set<string>()
          const scenario: Pipeline = {
            ...oneEffect,
            faults: ["duplicate delivery", "consumer failure"],
            oracles: [
              {
                name: "Collects",
                judge: (run) => {
                  const log = run.ask(MemoryDatabase.use(({ auditLog }) => Effect.sync(() => auditLog.entries())))
                  found.add(JSON.stringify([run.faults, log, run.ask(leftBehind)]))
                  return undefined
                }
              }
            ]
          }
          return Effect.as(
            search(scenario, () => exhaustive({ reduces })),
            found
          )
        }
        const reduced = yield* ends(true)
        expect(reduced).toEqual(yield* ends(false))
        expect(reduced.size).toBeGreaterThan(2)
      }),
    patience
  )
})

describe("what would lose or double an event is found", () => {
  const found = Effect.fnUntraced(function* (scenario: Pipeline) {
    const { failure } = yield* search(scenario, () => exhaustive())
    const { choices, violation } = failure ?? {}
    // The same choices break nothing where the defect is not.
    const sound: Pipeline = { ...scenario, layer: oneEffect.layer }
    const { violation: withoutDefect } = yield* again(sound, choices ?? [])
    expect(withoutDefect).toBeUndefined()
    return violation?.oracle
  })

  it.effect(
    "two alarms at once that both hand over: one deletes what came in under the numbers of the other's",
    () =>
      Effect.gen(function* () {
        const careless = withConsumers(twoEffects, {
          sees: (object) => ({ ...object, memory: { at: object.memory.at, isRinging: false } })
        })
        expect(yield* found({ ...careless, faults: ["duplicate alarm"] })).toBe("Audit")
      }),
    patience
  )

  it.effect("an outbox that is emptied though the queue did not take it", () =>
    Effect.gen(function* () {
      const hasty = withConsumers(oneEffect, {
        sees: (object) => ({
          ...object,
          outbox: {
            ...object.outbox,
            page: (limit) => {
              const rows = object.outbox.page(limit)
              object.outbox.deleteThrough(rows.at(-1)?.seq ?? 0)
              return rows
            }
          }
        })
      })
      expect(yield* found({ ...hasty, faults: ["lost request"] })).toBe("Audit")
    })
  )

  it.effect("a consumer that acknowledges what it could not write", () =>
    Effect.gen(function* () {
      const careless = withConsumers(oneEffect, {
        outbox: (messages) => Effect.orElseSucceed(workerConsumers.outbox(messages), () => [])
      })
      // The flow gives up after four tries.
      expect(yield* found({ ...careless, faults: ["lost request"], atMost: 4 })).toBe("Audit")
    })
  )

  it.effect("events that get their ids on delivery, so that a second delivery is another event", () =>
    Effect.gen(function* () {
      const renamed = ({ attempts, body, id }: Delivered): Delivered => {
        const { event, ...message } = body as { readonly event?: object }
        return { id, attempts, body: event === undefined ? body : { ...message, event: { ...event, id } } }
      }
      const late = withConsumers(oneEffect, { outbox: (messages) => workerConsumers.outbox(messages.map(renamed)) })
      expect(yield* found({ ...late, faults: ["lost reply"] })).toBe("Audit")
    })
  )
})

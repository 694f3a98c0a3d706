/** Durability, Audit and Liveness: what was said to be done is there, written down once, and comes to an end. */
import { Effect, Exit } from "effect"
import { describe, expect, it } from "@effect/vitest"
import { audit } from "../../../src/layers/test/oracles/Audit.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { liveness } from "../../../src/layers/test/oracles/Liveness.ts"
import { did, finished, hungUp, interrupted, notExecuted, ofActions, type Outcome, unknown } from "./Histories.ts"

describe("Durability", () => {
  /** A store that loses one of its things at a restart. */
  const judged = (things: ReadonlySet<string>, lost: string, kept: ReadonlyArray<string>) => {
    const there = new Set(things)
    let restarts = 0
    const run = finished(
      {},
      {
        restart: () => {
          restarts++
          there.delete(lost)
        }
      }
    )
    const { judge } = durability({
      kept: () => kept.map((what) => ({ what, question: Effect.sync(() => there.has(what)) }))
    })
    return { sentence: judge(run), restarts }
  }

  it("what is there before and after a restart was kept", () => {
    expect(judged(new Set(["a", "b"]), "c", ["a", "b"])).toEqual({ sentence: undefined, restarts: 1 })
  })

  it("what is not there before it was never written", () => {
    expect(judged(new Set(["a"]), "c", ["a", "b"]).sentence).toBe("b was acknowledged, and is not there")
  })

  it("what is gone after it was only remembered", () => {
    expect(judged(new Set(["a", "b"]), "b", ["a", "b"]).sentence).toBe(
      "b was acknowledged, and is gone after a restart"
    )
  })

  it("what nobody acknowledged may go, and nothing begins anew for nothing", () => {
    expect(judged(new Set(["a"]), "a", [])).toEqual({ sentence: undefined, restarts: 0 })
  })

  it("a question that fails is no proof that it is there", () => {
    const { judge } = durability({ kept: () => [{ what: "a", question: Effect.fail("gone") }] })
    expect(judge(finished({}))).toBe("nobody could say whether a, which was acknowledged, is there: gone")
  })
})

describe("Audit", () => {
  const effect = (key: string) => ({ what: "session.started", key })
  const judged = (
    told: ReadonlyArray<string>,
    untold: ReadonlyArray<string>,
    events: Effect.Effect<ReadonlyArray<string>, unknown>
  ) =>
    audit({
      effects: () => told.map(effect),
      unknown: () => untold.map(effect),
      events: Effect.map(events, (keys) => keys.map(effect))
    }).judge(finished({}))

  it("one event for each effect is as it should be", () => {
    expect(judged(["a", "b"], [], Effect.succeed(["b", "a"]))).toBe(undefined)
  })

  it("an effect without an event is one too few", () => {
    expect(judged(["a", "b"], [], Effect.succeed(["a"]))).toBe("session.started of b was acknowledged and has no event")
  })

  it("an effect with two is one too many", () => {
    expect(judged(["a"], [], Effect.succeed(["a", "a"]))).toBe("session.started of a was acknowledged and has 2 events")
  })

  it("the event of something else that happened to the same thing does not count", () => {
    const { judge } = audit({
      effects: () => [effect("a")],
      events: Effect.succeed([{ what: "session.ended", key: "a" }])
    })
    expect(judge(finished({}))).toContain("has no event")
  })

  it("an effect that two were told of is one", () => {
    expect(judged(["a", "a"], [], Effect.succeed(["a"]))).toBe(undefined)
  })

  it("an unknown effect has one event or none, not two", () => {
    expect(judged([], ["a"], Effect.succeed([]))).toBe(undefined)
    expect(judged([], ["a"], Effect.succeed(["a"]))).toBe(undefined)
    expect(judged([], ["a"], Effect.succeed(["a", "a"]))).toBe(
      "session.started of a happened once at most and has 2 events"
    )
  })

  it("events that nobody asks about are not judged", () => {
    expect(judged([], [], Effect.succeed(["a", "a"]))).toBe(undefined)
  })

  it("an audit that cannot be read proves nothing", () => {
    expect(judged([], [], Effect.fail("closed"))).toBe("nobody could say which events were written: closed")
  })
})

describe("Liveness", () => {
  const ended = (exit: Outcome) => finished({}, { answers: new Map([["first", exit ?? undefined]]) })

  it.each([
    ["a success", Exit.void],
    ["an honest refusal", Exit.fail("invalid_grant")],
    ["a client that hung up", hungUp],
    ["an interruption", interrupted]
  ])("%s is an end", (_what, exit) => {
    expect(liveness().judge(ended(exit))).toBe(undefined)
  })

  it.each([
    ["an unknown outcome", unknown, "first never finished: its last answer was OutcomeUnknown"],
    ["a call turned away", notExecuted, "first never finished: its last answer was NotExecuted: overloaded"]
  ])("%s is none", (_what, exit, sentence) => {
    expect(liveness().judge(ended(exit))).toBe(sentence)
  })

  it("where actions are asked instead, the one that came to nothing is named", () => {
    const { judge } = liveness({
      finishes: ({ action, result }) =>
        action === "log in" ? result !== undefined && Exit.isSuccess(result) : undefined
    })
    expect(judge(ofActions(did("first", "log in", { ended: 4 }), did("first", "look", { ended: 5 }, unknown)))).toBe(
      undefined
    )
    expect(judge(ofActions(did("first", "log in", { ended: 4 }, unknown)))).toBe(
      "first's log in came to OutcomeUnknown (moment 4)"
    )
    expect(judge(ofActions(did("first", "log in", { ended: 4 }, hungUp)))).toBe(
      "first's log in came to nothing (moment 4)"
    )
  })

  it("exactly as many rows as there may be are not too many; one more is", () => {
    const { judge } = liveness({ rows: { count: Effect.succeed(10), most: 10 } })
    expect(judge(finished({}))).toBe(undefined)
    const tooMany = liveness({ rows: { count: Effect.succeed(11), most: 10 } })
    expect(tooMany.judge(finished({}))).toBe("11 rows are left, where 10 may be")
  })
})

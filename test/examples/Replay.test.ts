/** Replaying: a schedule that was found once, as a test of its own. */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { act, once, replay, simulate, Tickets } from "hapax/testing"
import { AttemptId } from "hapax/domain/Ids"
import { LookThenMark } from "./LookThenMark.ts"

// #region replay
const ticket = { kind: "login", id: `1-0.${"A".repeat(22)}`, expiresAt: Infinity } as const
const spend = (attempt: string) => act("spend", Tickets.spend({ ...ticket, attempt: AttemptId.make(attempt) }))

const scenario = {
  name: "two browsers, one ticket",
  layer: LookThenMark,
  setup: Effect.void,
  clients: () => ({ alice: spend("a"), mallory: spend("m") }),
  oracles: [once({ thing: "ticket", of: () => ticket.id })]
}

it.effect("a ticket that is looked up and then marked is spent twice", () =>
  Effect.gen(function* () {
    const { message } = yield* Effect.flip(simulate(scenario, () => replay([0, 1])))
    yield* Effect.promise(() => expect(message).toMatchFileSnapshot("Replay.txt"))
  })
)
// #endregion

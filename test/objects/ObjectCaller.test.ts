/** What a caller of an object is told when the object does not answer: that nothing was done, or that nobody knows. */
import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import type { AuditEvent } from "../../src/domain/AuditEvent.ts"
import type { Objects } from "../../src/layers/cloudflare/Bindings.ts"
import { objectCaller } from "../../src/layers/cloudflare/objects/ObjectCaller.ts"
import type { Account } from "../../src/layers/objects/Accounted.ts"
import { NotExecuted } from "../../src/services/storage/StorageError.ts"
import { CurrentCost, zero } from "../../src/services/ports/Cost.ts"
import { trialSpecs } from "../workerd/TrialSteps.ts"

const calls: Array<readonly [string, string, string]> = []

/** Objects that all answer like this, beside a log. */
const answering = (answer: () => Promise<string>, write: Account = () => Effect.void) => {
  const namespace = {
    idFromName: (name: string) => name,
    get: (name: string) => ({
      run: (step: string, request: string) => {
        calls.push([name, step, request])
        return answer()
      }
    })
  }
  return objectCaller(namespace as unknown as Objects, trialSpecs.third.steps, [2], write)
}

const failing = (problem: object) => answering(() => Promise.reject(Object.assign(new Error("gone"), problem)))
const saying = (answer: object | string, write?: Account) =>
  answering(() => Promise.resolve(typeof answer === "string" ? answer : JSON.stringify(answer)), write)

const outcome = (caller: ReturnType<typeof answering>, id = "1-1.x") => {
  const cost = zero()
  return Effect.runPromise(
    Effect.flip(caller.call("get", id, "a")).pipe(
      Effect.map((failure) => ({ ...failure, cost })),
      Effect.provideService(CurrentCost, cost)
    )
  )
}

const cost = { read: 0, written: 0 }

describe("a call to an object", () => {
  it.each([
    ["an overloaded object turned it away", failing({ overloaded: true }), "overloaded"],
    ["the object says that it did nothing", saying({ _tag: "failed", value: "why", ...cost }), "schema"]
  ])("was not executed if %s", async (_why, caller, reason) => {
    expect(await outcome(caller)).toMatchObject({ _tag: "NotExecuted", operation: "get", reason })
  })

  it.each([
    ["the connection was lost", failing({ retryable: true })],
    ["the object was reset by its storage", failing({ remote: true, durableObjectReset: true })],
    ["the step threw", failing({ remote: true })],
    ["the answer is no JSON", saying("<html>")],
    ["the answer has another shape", saying({ result: 1 })],
    ["the reply is of another version", saying({ _tag: "reply", value: { id: "a", colour: "red" }, ...cost })],
    ["the refusal is of another version", saying({ _tag: "refusal", value: { _tag: "Unheard" }, ...cost })]
  ])("has an unknown outcome if %s", async (_why, caller) => {
    expect(await outcome(caller)).toMatchObject({ _tag: "OutcomeUnknown", operation: "get" })
  })

  it.each(["", "x", "1-2.x", "2-0.x", "0-0.x", "1-00.x", "1-0", ".1-0", "__proto__.x", "1-1/../1-0.x"])(
    "is not made for the id %j, which names no shard: no object comes to be because somebody asked",
    async (id) => {
      calls.length = 0
      const told = await outcome(saying({ _tag: "reply", value: null, ...cost }), id)
      expect(told).toMatchObject({ _tag: "NotExecuted", reason: "unavailable" })
      expect(calls).toEqual([])
    }
  )

  it("goes to the shard that the id names, and counts what the object spent", async () => {
    calls.length = 0
    const spent = zero()
    const reply = saying({ _tag: "reply", value: null, read: 3, written: 2 }).call("get", "1-1.abc", "a")
    expect(await Effect.runPromise(Effect.provideService(reply, CurrentCost, spent))).toBeNull()
    expect(calls).toEqual([["1-1", "get", '"a"']])
    expect(spent).toMatchObject({ objectCalls: 1, objectRowsRead: 3, objectRowsWritten: 2 })
  })
})

describe("security events reach D1 before the answer does", () => {
  const security: ReadonlyArray<AuditEvent> = [{ id: "e", at: 1, type: "code.reused" }]
  const told = { _tag: "reply", value: null, security, ...cost }

  it("they are written first, and then the answer is given", async () => {
    const order: Array<unknown> = []
    const write: Account = (events) => Effect.sync(() => void order.push(events))
    await Effect.runPromise(
      Effect.tap(saying(told, write).call("get", "1-1.x", "a"), (reply) => Effect.sync(() => order.push(reply)))
    )
    expect(order).toEqual([security, null])
  })

  it("the design, style 9: an answer whose event the log did not take is an unknown outcome", async () => {
    const write: Account = () =>
      Effect.fail(new NotExecuted({ operation: "AuditLog.append", reason: "overloaded", detail: "too much" }))
    expect(await outcome(saying(told, write))).toMatchObject({ _tag: "OutcomeUnknown", operation: "get" })
  })

  it("without any, no log is asked", async () => {
    const write: Account = () => Effect.die("nobody asked")
    const caller = saying({ _tag: "reply", value: null, ...cost }, write)
    expect(await Effect.runPromise(caller.call("get", "1-1.x", "a"))).toBeNull()
  })
})

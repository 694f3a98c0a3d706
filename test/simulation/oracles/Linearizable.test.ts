/** The histories of the textbooks: what no order explains, and what some order does. */
import { Exit } from "effect"
import { describe, expect, it } from "@effect/vitest"
import type { OperationRecord } from "../../../src/layers/test/kernel/History.ts"
import { agreesBy, linearizable } from "../../../src/layers/test/oracles/Linearizable.ts"
import { asked, finished, hungUp, interrupted, notExecuted, unknown, type When } from "./Histories.ts"
import { type Ask, empty, register } from "./Registers.ts"

const oracle = linearizable({
  spec: register,
  of: ({ operation, request: [key, value] }) => ({
    key: String(key),
    request: { does: operation as Ask["does"], value: Number(value ?? 0) }
  })
})

const judge = (...operations: ReadonlyArray<OperationRecord>) => oracle.judge(finished({ operations }))

const at = (began: number, ended: number): When => ({ began, ended })
const write = (client: string, value: number, when: When, result: Parameters<typeof asked>[4] = Exit.void) =>
  asked(client, "write", ["x", value], when, result)
const read = (client: string, value: number, when: When) => asked(client, "read", ["x"], when, Exit.succeed(value))
const take = (client: string, result: Exit.Exit<unknown, unknown> | null, when: When, key = "x") =>
  asked(client, "take", [key], when, result)
const increment = (client: string, value: number, when: When) =>
  asked(client, "increment", ["x"], when, Exit.succeed(value))

describe("Linearizable", () => {
  it("nothing is explained by nothing", () => {
    expect(judge()).toBe(undefined)
  })

  it("a stale read: what was written before is not seen", () => {
    expect(judge(write("a", 1, at(1, 2)), read("b", 0, at(3, 4)))).toBe(
      "no order of what was asked of x explains the answers: a write = ok (moment 2) and b read = ok 0 (moment 4)"
    )
    expect(judge(write("a", 1, at(1, 2)), read("b", 1, at(3, 4)))).toBe(undefined)
  })

  it("a read that overlaps a write sees either; exactly at its end it still overlaps", () => {
    expect(judge(write("a", 1, at(1, 3)), read("b", 0, at(3, 4)))).toBe(undefined)
    expect(judge(write("a", 1, at(1, 3)), read("b", 1, at(3, 4)))).toBe(undefined)
    expect(judge(write("a", 1, at(1, 3)), read("b", 0, at(4, 4)))).toContain("no order")
  })

  it("a value read before it is written comes from nowhere", () => {
    expect(judge(read("b", 1, at(1, 2)), write("a", 1, at(3, 4)))).toContain("no order")
  })

  it("new, then old again: two reads within one write", () => {
    const writing = write("a", 1, at(1, 10))
    expect(judge(writing, read("b", 0, at(2, 3)), read("c", 1, at(4, 5)))).toBe(undefined)
    expect(judge(writing, read("b", 1, at(2, 3)), read("c", 0, at(4, 5)))).toContain("no order")
  })

  it("a lost update: two count up to the same", () => {
    expect(judge(increment("a", 1, at(1, 4)), increment("b", 1, at(2, 3)))).toContain("no order")
    expect(judge(increment("a", 2, at(1, 4)), increment("b", 1, at(2, 3)))).toBe(undefined)
  })

  it("a double consume: two take the one thing", () => {
    const there = write("s", 7, at(0, 0))
    expect(judge(there, take("a", Exit.succeed(7), at(1, 4)), take("b", Exit.succeed(7), at(2, 3)))).toContain(
      "no order"
    )
    expect(judge(there, take("a", Exit.succeed(7), at(1, 4)), take("b", empty, at(2, 3)))).toBe(undefined)
  })

  it("a burnt one: it was there, and nobody got it", () => {
    const there = write("s", 7, at(0, 0))
    expect(judge(there, take("a", empty, at(1, 4)), take("b", empty, at(2, 3)))).toContain("no order")
  })

  it("only what was executed before another ended is before it, whenever its client began", () => {
    expect(judge(write("a", 1, at(1, 2)), read("b", 0, { began: 0, executed: 3, ended: 4 }))).toContain("no order")
    expect(judge(write("a", 1, at(1, 2)), read("b", 0, { began: 0, executed: null, ended: 4 }))).toBe(undefined)
  })

  it("each key has an order of its own", () => {
    const there = [asked("s", "write", ["x", 7], at(0, 0)), asked("s", "write", ["y", 7], at(0, 0))]
    const both = [take("a", Exit.succeed(7), at(1, 2)), take("b", Exit.succeed(7), at(3, 4), "y")]
    expect(judge(...there, ...both)).toBe(undefined)
  })
})

describe("Linearizable, where nobody knows", () => {
  it.each([
    ["an unknown outcome", unknown],
    ["a client that hung up", hungUp],
    ["an interruption", interrupted],
    ["a defect", Exit.die("defect")]
  ])("%s took effect at once, later, or never", (_what, outcome) => {
    const writing = write("a", 1, at(1, 2), outcome)
    expect(judge(writing, read("b", 1, at(3, 4)))).toBe(undefined)
    expect(judge(writing, read("b", 0, at(3, 4)), read("b", 1, at(5, 6)))).toBe(undefined)
    expect(judge(writing, read("b", 0, at(3, 4)), read("b", 0, at(5, 6)))).toBe(undefined)
  })

  it("but not twice, and not before it began", () => {
    const writing = write("a", 1, at(3, 4), unknown)
    expect(judge(writing, read("b", 1, at(5, 6)), read("b", 0, at(7, 8)))).toContain("a write = unknown (moment 4)")
    expect(judge(writing, read("b", 1, at(1, 2)))).toContain("no order")
  })

  it("one who took it and was not told leaves nothing for the others", () => {
    const there = write("s", 7, at(0, 0))
    expect(judge(there, take("a", unknown, at(1, 2)), take("b", empty, at(3, 4)))).toBe(undefined)
    expect(judge(there, take("a", unknown, at(1, 2)), take("b", Exit.succeed(7), at(3, 4)))).toBe(undefined)
    const third = take("c", Exit.succeed(7), at(5, 6))
    expect(judge(there, take("a", unknown, at(1, 2)), take("b", Exit.succeed(7), at(3, 4)), third)).toContain(
      "no order"
    )
  })

  it("what was not executed took no effect", () => {
    expect(judge(write("a", 1, at(1, 2), notExecuted), read("b", 0, at(3, 4)))).toBe(undefined)
    expect(judge(write("a", 1, at(1, 2), notExecuted), read("b", 1, at(3, 4)))).toContain("no order")
  })
})

describe("Linearizable, for people", () => {
  it("only the shortest beginning that no order explains is told", () => {
    const later = [read("d", 3, at(8, 9)), write("e", 3, at(7, 9))]
    const sentence = judge(write("a", 1, at(1, 2)), read("b", 0, at(3, 4)), write("c", 2, at(4, 6)), ...later)
    expect(sentence).toBe(
      "no order of what was asked of x explains the answers: " +
        "a write = ok (moment 2), b read = ok 0 (moment 4) and c write = unknown (moment 6)"
    )
  })

  it("an Eventual operation, and one that the selector leaves out, are not judged", () => {
    const stale = read("b", 0, at(3, 4))
    const eventual = { ...stale, call: { ...stale.call, level: "Eventual" as const } }
    expect(judge(write("a", 1, at(1, 2)), eventual)).toBe(undefined)
    const { judge: unselected } = linearizable<number, Ask>({ spec: register, of: () => undefined })
    expect(unselected(finished({ operations: [write("a", 1, at(1, 2)), stale] }))).toBe(undefined)
  })

  it("the specification may begin with what the scene says, and is asked again for another scene", () => {
    const { judge: judged } = linearizable<number, Ask, number>({
      spec: (scene) => ({ ...register, initial: () => scene }),
      of: ({ operation }) => ({ key: "x", request: { does: operation as Ask["does"], value: 0 } })
    })
    const operations = [read("a", 5, at(1, 2))]
    const run = (scene: number) => ({ ...finished({ operations }), scene })
    expect(judged(run(5))).toBe(undefined)
    expect(judged(run(6))).toContain("no order")
    expect(judged(run(5))).toBe(undefined)
  })

  it("a clock that may be wrong may be wrong in one way only", () => {
    const spec = {
      ...register,
      // Before 100 it answers with 0, from then on with 1.
      apply: (state: number, _ask: Ask, now: number) => [state, Exit.succeed(now < 100 ? 0 : 1)] as const
    }
    const clock = (skews: ReadonlyArray<number>) =>
      linearizable<number, Ask>({ spec, of: () => ({ key: "x", request: { does: "read", value: 0 } }), skews })
    const early = read("a", 1, { began: 1, ended: 1, executedAt: 95 })
    const late = read("a", 0, { began: 2, ended: 2, executedAt: 104 })
    const run = (...operations: ReadonlyArray<OperationRecord>) => finished({ operations })
    expect(clock([0]).judge(run(early))).toContain("no order")
    expect(clock([0, 5]).judge(run(early))).toBe(undefined)
    expect(clock([0, 4]).judge(run(early))).toContain("no order")
    expect(clock([0, -5]).judge(run(late))).toBe(undefined)
    expect(clock([0, 5, -5]).judge(run(early, late))).toContain("no order")
  })

  it("answers agree by what is compared of them; errors too", () => {
    const agrees = agreesBy((value) => (typeof value === "object" ? { ...value, at: undefined } : value))
    expect(agrees(Exit.succeed({ id: 1, at: 2 }), Exit.succeed({ id: 1, at: 3 }))).toBe(true)
    expect(agrees(Exit.succeed({ id: 1, at: 2 }), Exit.succeed({ id: 2, at: 2 }))).toBe(false)
    expect(agrees(Exit.fail({ reason: "a" }), Exit.fail({ reason: "a" }))).toBe(true)
    expect(agrees(Exit.fail({ reason: "a" }), Exit.fail({ reason: "b" }))).toBe(false)
    expect(agrees(Exit.succeed("a"), Exit.fail("a"))).toBe(false)
    expect(agrees(Exit.fail("a"), Exit.succeed("a"))).toBe(false)
  })
})

/** Leasing permits to isolates: OWASP ASVS 5.0 §2.4.1, and the "never more than N admitted in a window". */
import { describe, expect, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { AttemptId } from "../../src/domain/Ids.ts"
import { lease, type Leased, leasesForgottenAt, Leasing } from "../../src/domain/Lease.ts"
import { type Held, heldUntil, received, type Rules, spend, turnedAway, unanswered } from "../../src/domain/Permit.ts"
import { LimitKey } from "../../src/domain/RateLimit.ts"
import { permitLife, requestLimits, shareOf } from "../../src/domain/RequestLimit.ts"

const key = LimitKey.make(`1-0.${"k".repeat(22)}`)
const window = 60_000
const life = permitLife(window)

let attempts = 0
const asking = (most: number, wanted = 1, attempt = ++attempts) =>
  new Leasing({
    key,
    limit: "clients",
    attempt: AttemptId.make(`attempt ${attempt}`),
    wanted,
    most,
    window,
    life
  })

/** The largest number of times in any window. */
const fullest = (times: ReadonlyArray<number>, length = window): number =>
  Math.max(0, ...times.map((start) => times.filter((at) => at >= start && at < start + length).length))

/** Short of a permit's life, of a window, and of both: where permits that are used late and new ones would meet. */
const times: ReadonlyArray<number> = [0, 0, 0, 0, 0, 1, life - 1, life, window - life, window - life + 1, window]

/** What happens next, and to which isolate: how much time passes, and what befalls its calls to the object. */
const Moment = Schema.Struct({
  isolate: Schema.Literals([0, 1, 2]),
  requests: Schema.Literals([1, 1, 2, 40]),
  passes: Schema.Literals(times),
  befalls: Schema.Literals([
    "nothing",
    "nothing",
    "nothing",
    "lost",
    "asked twice",
    "slow",
    "too slow",
    "isolate lost"
  ]),
  /** How far the object's clock goes back. */
  back: Schema.Literals([0, 0, 0, 1_000, window])
})
type Moment = typeof Moment.Type

const still = { isolate: 0, requests: 1, befalls: "nothing", back: 0 } as const

const Moments = Schema.Array(Moment).pipe(Schema.check(Schema.isBetweenLength(10, 30)))

/** Isolates whose clocks are apart, and the object whose clock is as well. Times of what was admitted are true ones. */
const play = (moments: ReadonlyArray<Moment>, mostAt: (index: number) => number, allowance = 0) => {
  const skews = [0, 123_456, -98_765]
  const isolates: Array<Held | undefined> = [undefined, undefined, undefined]
  let row: Leased | undefined
  let now = 1_000_000
  const admitted: Array<number> = []
  let calls = 0
  let objectSkew = 7_000
  const request = ({ befalls, isolate }: Moment, most: number): void => {
    const rules: Rules = { allowance, leased: most, window, life }
    const own = () => now + (skews[isolate] ?? 0)
    const keep = (held: Held) => void (isolates[isolate] = held)
    const spent = spend(isolates[isolate], rules, own())
    keep(spent.held)
    if (spent._tag === "Admitted") admitted.push(now)
    if (spent._tag !== "Ask") return
    const asked = { isFirst: spent.isFirst, at: own() }
    const leasing = asking(most, spent.wanted)
    calls++
    const ask = () => {
      const leased = lease(row, leasing, now + objectSkew)
      row = leased.row ?? row
      return leased.answer
    }
    let answer = ask()
    if (befalls === "asked twice") answer = ask()
    if (befalls === "slow") now += life - 1
    if (befalls === "too slow") now += life
    if (befalls === "lost") return keep(unanswered(isolates[isolate], rules, asked, own()))
    if (Result.isFailure(answer)) {
      return keep(turnedAway(isolates[isolate], rules, asked, answer.failure.retryAt, own()))
    }
    const holds = received(isolates[isolate], rules, asked, answer.success, own())
    if (holds === undefined) return
    keep(holds)
    admitted.push(now)
  }
  moments.forEach((moment, index) => {
    now += moment.passes
    objectSkew -= moment.back
    if (moment.befalls === "isolate lost") isolates[moment.isolate] = undefined
    for (let made = 0; made < moment.requests; made++) {
      // What befalls, befalls the first of them.
      request(made === 0 ? moment : { ...moment, befalls: "nothing" }, mostAt(index))
    }
  })
  return { admitted, calls }
}

describe("never more than N admitted in a window", () => {
  it.prop(
    "isolates with clocks that are apart, answers lost or late, isolates gone: never more than N",
    [Moments],
    ([moments]) => fullest(play(moments, () => 48).admitted) <= 48
  )

  it.prop(
    "a number that is changed in mid-window never admits more than the larger",
    [Moments, Schema.Int],
    ([moments, at]) => {
      const change = Math.abs(at) % moments.length
      const mostAt = (index: number) => (index < change ? 33 : 48)
      const back = (index: number) => (index < change ? 48 : 33)
      return fullest(play(moments, mostAt).admitted) <= 48 && fullest(play(moments, back).admitted) <= 48
    }
  )

  it.prop("with an allowance, never more than N and each isolate's allowance", [Moments], ([moments]) => {
    const surviving = moments.map((one) => ({ ...one, befalls: one.befalls === "isolate lost" ? "slow" : one.befalls }))
    return fullest(play(surviving as typeof moments, () => 6, 2).admitted) <= 6 + 3 * 2
  })

  it.prop(
    "an attempt asked again takes nothing again, and is told the same",
    [Schema.Array(Schema.Boolean)],
    ([again]) => {
      let row: Leased | undefined
      let attempt = 1_000_000
      let taken = 0
      let last: number | undefined
      for (const isAgain of again) {
        if (!isAgain || last === undefined) attempt += 1
        const { answer, row: next } = lease(row, asking(1_000_000, 8, attempt), 1)
        row = next ?? row
        const permits = Result.getOrThrow(answer).permits
        if (!isAgain || last === undefined) taken += permits
        else if (permits !== last) return false
        last = permits
      }
      return (row?.blocks.reduce((sum, block) => sum + block.permits, 0) ?? 0) === taken
    }
  )

  it.prop(
    "the parts that are lent and leased are never more than the limit, nor than the larger while it is changed",
    [Schema.Int, Schema.Int],
    ([one, other]) => {
      const [a, b] = [1 + (Math.abs(one) % 100_000), 1 + (Math.abs(other) % 100_000)]
      const [first, second] = [shareOf(a), shareOf(b)]
      const lent = Math.max(first.allowance, second.allowance) * requestLimits.isolates.most
      return lent + Math.max(first.leased, second.leased) <= Math.max(a, b) && first.leased >= 1
    }
  )

  it.each([1, 1_999, 2_000, 6_000, 12_000, 15_999, 16_000, 60_000, 1_000_000])(
    "of a limit of %i, what is lent and what is leased are together no more",
    (most) => {
      const { allowance, leased } = shareOf(most)
      expect(allowance * requestLimits.isolates.most + leased).toBeLessThanOrEqual(most)
      expect(leased).toBeGreaterThanOrEqual(most / 2)
    }
  )
})

/** What happens at these times, in this order: an isolate makes so many requests. */
const script = (steps: ReadonlyArray<readonly [at: number, isolate: 0 | 1 | 2, requests: number, befalls?: "slow"]>) =>
  play(
    steps.map(([at, isolate, requests, befalls], index): Moment => {
      const [before, , , how] = steps[index - 1] ?? [0]
      const passes = at - before - (how === "slow" ? life - 1 : 0)
      return { isolate, requests: requests as 1, passes: passes as 0, befalls: befalls ?? "nothing", back: 0 }
    }),
    () => 48
  ).admitted.map((at) => at - 1_000_000)

const countOf = (times: ReadonlyArray<number>, at: number): number => times.filter((one) => one === at).length

describe("to the millisecond", () => {
  it("permits that are used at the end of their life count a window longer than that", () => {
    const late = life - 1
    const admitted = script([
      [0, 0, 1],
      [0, 1, 60],
      [late, 0, 5],
      [window, 1, 60],
      [window + life - 1, 1, 60],
      [window + life, 2, 60]
    ])
    expect([0, late, window, window + life - 1, window + life].map((at) => countOf(admitted, at))).toEqual([
      46, 2, 0, 0, 48
    ])
    expect(fullest(admitted)).toBe(48)
  })

  it("a block is good from when it was asked for, however late the answer comes", () => {
    const admitted = script([
      [0, 1, 30],
      [0, 0, 1, "slow"],
      [life - 1, 0, 1],
      [life, 0, 1],
      [window + life, 2, 60]
    ])
    // One of its three permits came too late to be used.
    expect([life - 1, life].map((at) => countOf(admitted, at))).toEqual([2, 1])
    expect(fullest(admitted)).toBeLessThanOrEqual(48)
  })

  it("a block counts by the numbers under which it counts longer: its own, or those that are asked by", () => {
    const long = { window, life }
    const short = { window: window / 6, life: permitLife(window / 6) }
    const all = (numbers: object) => {
      let row: Leased | undefined
      for (let made = 0; made < 4; made++)
        row = lease(row, new Leasing({ ...asking(10, 10), ...numbers }), 0).row ?? row
      return row
    }
    const refusedUntil = (row: Leased | undefined, numbers: object, at: number) => {
      const { answer } = lease(row, new Leasing({ ...asking(10), ...numbers }), at)
      return Result.isFailure(answer) ? answer.failure.retryAt : undefined
    }
    expect(refusedUntil(all(long), short, window + life - 1)).toBe(window + life)
    expect(refusedUntil(all(short), {}, window + life - 1)).toBe(window + life)
    expect(refusedUntil(all(short), short, short.window + short.life)).toBeUndefined()
  })

  it("permits of two blocks are good as long as those of the older", () => {
    const rules: Rules = { allowance: 0, leased: 48, window, life }
    const first = received(undefined, rules, { isFirst: true, at: 0 }, { permits: 3, left: 9 }, 1)
    const both = received(first, rules, { isFirst: false, at: 6_000 }, { permits: 3, left: 6 }, 6_001)
    expect(both).toMatchObject({ permits: 4, goodUntil: life })
  })
})

describe("what is left is there again", () => {
  it.prop("after a window and a permit's life everything can be leased again", [Moments], ([moments]) => {
    let row: Leased | undefined
    let now = 1_000_000
    for (const { passes } of moments) {
      now += passes
      row = lease(row, asking(12, 5), now).row ?? row
    }
    const late = lease(row, asking(12, 12), now + window + life)
    return Result.isSuccess(late.answer) && late.answer.success.permits + late.answer.success.left === 12
  })

  it.prop(
    "whoever is refused is told when the next permit is there, and a millisecond before there is none",
    [Moments],
    ([moments]) => {
      let row: Leased | undefined
      let now = 1_000_000
      for (const { passes } of moments) {
        now += passes
        const { answer, row: next } = lease(row, asking(3), now)
        row = next ?? row
        if (Result.isSuccess(answer)) continue
        const { retryAt } = answer.failure
        if (Result.isSuccess(lease(row, asking(3), retryAt - 1).answer)) return false
        if (Result.isFailure(lease(row, asking(3), retryAt).answer)) return false
      }
      return true
    }
  )

  it("all of N are admitted to one isolate that asks at once, none is held back", () => {
    const moments = Array.from({ length: 40 }, () => ({ ...still, passes: 0 }))
    expect(play(moments, () => 25).admitted).toHaveLength(25)
  })

  it("a row is not forgotten while it counts, and never longer than 128 blocks", () => {
    let row: Leased | undefined
    for (let at = 1; at <= 400; at++) row = lease(row, asking(300), at).row ?? row
    expect(row?.blocks).toHaveLength(128)
    expect(row?.blocks.reduce((sum, { permits }) => sum + permits, 0)).toBe(300)
    expect(leasesForgottenAt(row as Leased)).toBe(300 + window + life)
    // What was put together is nobody's answer any more.
    expect(Result.isFailure(lease(row, asking(300), 500).answer)).toBe(true)
  })
})

describe("the object's clock and its numbers", () => {
  /** Leases at these times one after the other; the row, and who got how many: 0 for whoever was refused. */
  const leaseAll = (at: ReadonlyArray<number>, most: number, wanted = 1) => {
    let row: Leased | undefined
    const got = at.map((now) => {
      const { answer, row: next } = lease(row, asking(most, wanted), now)
      row = next ?? row
      return Result.isSuccess(answer) ? answer.success.permits : 0
    })
    return { row, got }
  }

  it("what is leased while the clock is behind counts as long as what was leased before", () => {
    const { got, row } = leaseAll([100_000, 40_000], 2)
    expect(got).toEqual([1, 1])
    // The clock is right again: had the second counted from 40 s on, a third would be admitted here.
    expect(Result.isFailure(lease(row, asking(2), 100_000 + window).answer)).toBe(true)
    expect(leasesForgottenAt(row as Leased)).toBe(100_000 + window + life)
  })

  it("of what is left nobody gets more than half at once", () => {
    expect(leaseAll([1, 1, 1, 1], 100, 1_000).got).toEqual([50, 25, 13, 6])
  })

  it("blocks that are put together count as long as either", () => {
    const short = () => new Leasing({ ...asking(1_000), window: 10_000, life: permitLife(10_000) })
    const asked = [short(), asking(1_000), ...Array.from({ length: 127 }, short)]
    let row: Leased | undefined
    for (const one of asked) row = lease(row, one, 1).row ?? row
    expect(row?.blocks[0]).toMatchObject({ permits: 2, attempt: null, until: 1 + window + life })
  })

  it("where the number was lowered, the next is there when fewer than the lower number count", () => {
    const { row } = leaseAll([1_000, 2_000, 3_000], 3)
    const refused = lease(row, asking(1), 4_000).answer
    expect(Result.isFailure(refused) && refused.failure.retryAt).toBe(3_000 + window + life)
    expect(Result.isSuccess(lease(row, asking(1), 3_000 + window + life).answer)).toBe(true)
    expect(Result.isFailure(lease(row, asking(1), 3_000 + window + life - 1).answer)).toBe(true)
  })

  it("an operator is told of the first refusal, and once an hour while they go on", () => {
    let row: Leased | undefined
    const alarms: Array<number> = []
    for (let at = 0; at <= 3 * 3_600_000; at += 30_000) {
      const leased = lease(row, asking(1), at)
      row = leased.row ?? row
      if (leased.isAlarm) alarms.push(at)
    }
    expect(alarms).toHaveLength(3)
    for (const [index, at] of alarms.entries()) {
      expect(at - (alarms[index - 1] ?? at - 3_600_000)).toBeGreaterThanOrEqual(3_600_000)
    }
  })

  it("a clock that is far ahead turns nobody away for longer than a window and a permit's life", () => {
    const rules: Rules = { allowance: 0, leased: 10, window, life }
    const refused = turnedAway(undefined, rules, { isFirst: true, at: 0 }, 1_000_000_000, 5)
    expect(refused.refusedUntil).toBe(5 + window + life)
  })
})

describe("permits leased to an isolate in blocks", () => {
  it("the first are few, and twice as many each time that they were used up: calls grow with the logarithm", () => {
    const moments = Array.from({ length: 1_000 }, () => ({ ...still, passes: 1 }))
    const { admitted, calls } = play(moments, () => 6_000)
    expect(admitted).toHaveLength(1_000)
    expect(calls).toBeLessThanOrEqual(8)
  })

  it("while somebody is on the way for a block, others lease no more than they need", () => {
    const rules: Rules = { allowance: 0, leased: 6_000, window, life }
    const first = spend(undefined, rules, 1)
    expect(first).toMatchObject({ _tag: "Ask", isFirst: true, wanted: 8 })
    const second = spend(first.held, rules, 2)
    expect(second).toMatchObject({ _tag: "Ask", isFirst: false, wanted: 1 })
    // Whoever does not come back is given up.
    expect(spend(second.held, rules, 6_000)).toMatchObject({ _tag: "Ask", isFirst: true })
  })

  it("a clock that went back loses what was leased, and gives no allowance a second time", () => {
    const rules: Rules = { allowance: 1, leased: 100, window, life }
    const asked = { isFirst: true, at: 10_000 }
    const held = received(undefined, rules, asked, { permits: 8, left: 92 }, 10_001)
    const used = spend({ ...(held as Held), permits: 0 }, rules, 10_002)
    expect(used._tag).toBe("Admitted")
    expect(spend(used.held, rules, 9_000)._tag).toBe("Ask")
    expect(spend(held, { ...rules, allowance: 0 }, 9_000)._tag).toBe("Ask")
  })

  it("what it holds is not forgotten while it says something", () => {
    const rules: Rules = { allowance: 1, leased: 100, window, life }
    const used = spend(undefined, rules, 5_000)
    expect(heldUntil(used.held, rules)).toBe(5_000 + window)
    const refused = turnedAway(undefined, rules, { isFirst: true, at: 1 }, 50_000, 10)
    expect(heldUntil(refused, rules)).toBe(50_000)
    expect(spend(refused, { ...rules, allowance: 0 }, 49_999)).toMatchObject({ _tag: "Refused", retryAt: 50_000 })
  })
})

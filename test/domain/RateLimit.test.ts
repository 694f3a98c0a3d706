/** Counting tries. NIST SP 800-63B §3.2.2, OWASP ASVS 5.0 §6.3.1. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Result, Schema } from "effect"
import { HttpServerResponse } from "effect/http"
import { TestClock } from "effect/testing"
import { AttemptId } from "../../src/domain/Ids.ts"
import {
  Counted,
  forgottenAt,
  giveBack,
  isMissed,
  LimitKey,
  type LimitName,
  limits,
  take,
  Taking,
  TooMany
} from "../../src/domain/RateLimit.ts"
import { retryLater } from "../../src/http/TooManyRequests.ts"

const key = LimitKey.make(`1-0.${"k".repeat(22)}`)
const limit = "login_account"
const { most, window } = limits[limit]

const trying = (attempt: number | string) => new Taking({ key, limit, attempt: AttemptId.make(`attempt ${attempt}`) })

/** Tries at these times, each an attempt of its own; which of them were admitted. */
const tried = (times: ReadonlyArray<number>, found?: Counted) => {
  let row = found
  const answers = times.map((now, index) => {
    const taken = take(row, trying(index), now)
    row = taken.row ?? row
    return { now, isAdmitted: Result.isSuccess(taken.answer), isAlarm: taken.isAlarm, answer: taken.answer }
  })
  return { answers, row }
}

/** Whether any window holds more than the limit says. */
const isTooFull = (admitted: ReadonlyArray<number>): boolean =>
  admitted.some((start) => admitted.filter((at) => at >= start && at < start + window).length > most)

/** Steps that make windows fill, empty and nearly do; and, for a clock that goes back, steps of the other sign. */
const often = <S extends Schema.Codec<number>>(step: S) =>
  // Enough tries for a window to be full, and several times so.
  Schema.Array(step).pipe(Schema.check(Schema.isBetweenLength(most, 8 * most)))

const Steps = often(Schema.Literals([0, 1, 1_000, window / most, window - 1, window, window + 1]))
const AnySteps = often(Schema.Literals([0, 1, 60_000, window - 1, window, -1, -60_000, -window, -2 * window]))

const after = (steps: ReadonlyArray<number>): ReadonlyArray<number> => {
  let now = 10 * window
  return steps.map((step) => (now += step))
}

/** What each limit lets through at most, however long somebody goes on. docs/decisions/0019-limits.md. */
const aDay: Readonly<Record<LimitName, number>> = {
  login_address: 14_400,
  login_account: 960,
  avatar: 480,
  login_known: 960,
  letter_address: 480,
  letter_asker: 1_920,
  letter_known: 480,
  code_account: 480,
  user_code: 2_880,
  client_secret: 8_640,
  registration: 2_400,
  passkey: 8_640
}

describe("NIST SP 800-63B §3.2.2, RFC 8628 §5.1: how much that is", () => {
  const names = Object.keys(limits) as ReadonlyArray<LimitName>

  it.each(names)("%s: no more in a day than was decided, and never more than a hundred at once", (name) => {
    const { most, window } = limits[name]
    expect((most * 24 * 60 * 60 * 1000) / window).toBeLessThanOrEqual(aDay[name])
    expect(most).toBeLessThanOrEqual(100)
  })
})

describe("NIST SP 800-63B §3.2.2: tries are limited", () => {
  it.prop("no window holds more than the limit says", [Steps], ([steps]) => {
    const { answers } = tried(after(steps))
    return !isTooFull(answers.filter(({ isAdmitted }) => isAdmitted).map(({ now }) => now))
  })

  it.prop(
    "whoever is refused is told when the next is admitted, and a millisecond before that nobody is",
    [Steps],
    ([steps]) => {
      const { answers, row } = tried([...after(steps), ...Array.from({ length: most + 1 }, () => 1_000 * window)])
      const last = answers.at(-1)?.answer
      if (last === undefined || Result.isSuccess(last)) return false
      const { retryAt } = last.failure
      const isAdmittedAt = (now: number) => Result.isSuccess(take(row, trying("late"), now).answer)
      return isAdmittedAt(retryAt) && !isAdmittedAt(retryAt - 1)
    }
  )

  it.prop(
    "a clock that goes back forgets nothing: counted by the latest time that it showed, no window holds more",
    [AnySteps],
    ([steps]) => {
      let latest = 0
      const admitted = tried(after(steps)).answers.flatMap(({ isAdmitted, now }) => {
        if (isAdmitted) latest = Math.max(latest, now)
        return isAdmitted ? [latest] : []
      })
      return !isTooFull(admitted)
    }
  )

  it.prop("a row is not forgotten while it refuses", [AnySteps], ([steps]) => {
    const { row } = tried(after(steps))
    if (row === undefined) return false
    return Result.isSuccess(take(row, trying("late"), forgottenAt(row)).answer)
  })

  it.prop("one attempt, asked however often, takes one place", [Schema.Array(Schema.Literals([1, 2, 3]))], ([ids]) => {
    let row: Counted | undefined
    for (const id of ids) row = take(row, trying(id), window).row ?? row
    return (row?.admitted.length ?? 0) === new Set(ids).size
  })

  it.prop(
    "what was given back does not count, and no clock brings back a place that it took",
    [AnySteps, Schema.Array(Schema.Int)],
    ([steps, given]) => {
      let row: Counted | undefined
      let latest = 0
      const admitted = new Map<number, number>()
      after(steps).forEach((now, index) => {
        const taken = take(row, trying(index), now)
        row = taken.row ?? row
        if (Result.isFailure(taken.answer)) return
        latest = Math.max(latest, now)
        admitted.set(index, latest)
        if (!given.includes(index) && index % 3 !== 0) return
        row = giveBack(row, trying(index).attempt) ?? row
        admitted.delete(index)
      })
      return !isTooFull([...admitted.values()])
    }
  )

  it("giving back twice, or what was never admitted, changes nothing", () => {
    const { row } = tried([1, 2, 3])
    const less = giveBack(row, trying(1).attempt)
    expect(less?.admitted.map(({ at }) => at)).toEqual([1, 3])
    expect(giveBack(less, trying(1).attempt)).toBeUndefined()
    expect(giveBack(undefined, trying(1).attempt)).toBeUndefined()
  })

  it("what is right is given back where it would be missed: where less than half of the places are left", () => {
    const { answers } = tried(Array.from({ length: most }, () => 1))
    const missed = answers.map(({ answer }) => isMissed(trying(0), Result.getOrThrow(answer)))
    expect(missed).toEqual(answers.map((_, index) => index >= most / 2))
  })

  it("a limit that is lowered counts what came under the higher one", () => {
    const at = 5 * window
    const admitted = Array.from({ length: most + 3 }, (_, index) => ({
      at: at + index,
      attempt: AttemptId.make(`early ${index}`)
    }))
    const { answer } = take(
      new Counted({ key, limit, admitted, latest: at + most + 2, alarmedAt: null }),
      trying("late"),
      at + 100
    )
    expect(Result.getFailure(answer)).toMatchObject({ value: { retryAt: at + 3 + window } })
  })

  it.prop(
    "while its numbers are changed no window of the shorter length holds more than the larger number",
    [AnySteps, Schema.Array(Schema.Boolean)],
    ([steps, changed]) => {
      const longer = { most: most - 4, window: 2 * window }
      let row: Counted | undefined
      let latest = 0
      const admitted = after(steps).flatMap((now, index) => {
        const numbers = changed[index % Math.max(1, changed.length)] === true ? longer : { most, window }
        const { answer, row: next } = take(row, new Taking({ ...trying(index), numbers }), now)
        row = next ?? row
        if (Result.isFailure(answer)) return []
        latest = Math.max(latest, now)
        return [latest]
      })
      return !isTooFull(admitted) && (row === undefined || forgottenAt(row) >= row.latest + (row.window ?? window))
    }
  )

  it("the operator is told of the first refusal, and once a window while they go on", () => {
    const full = Array.from({ length: most }, () => 0)
    const { answers } = tried([...full, 1, 2, window - 1, window, ...full, window + 2, window + 3])
    const alarms = answers.filter(({ isAlarm }) => isAlarm).map(({ now }) => now)
    expect(alarms).toEqual([1, window + 2])
  })

  it("every limit is a number of tries and a time, and no count outlives an hour", () => {
    for (const name of Object.keys(limits) as ReadonlyArray<LimitName>) {
      expect(limits[name].most).toBeGreaterThanOrEqual(5)
      expect(limits[name].window).toBeLessThanOrEqual(60 * 60_000)
    }
  })
})

describe("RFC 6585 §4, RFC 9110 §10.2.3: whoever tries too often", () => {
  it.effect.each([
    [-5_000, "1"],
    [0, "1"],
    [1, "1"],
    [1_000, "1"],
    [1_001, "2"],
    [900_000, "900"]
  ] as const)("is told to wait %d milliseconds in whole seconds, never too few and at least one", ([wait, said]) =>
    Effect.gen(function* () {
      yield* TestClock.adjust(10_000)
      const page = Effect.succeed(HttpServerResponse.text("the form again"))
      const answer = yield* retryLater(page, new TooMany({ limit, retryAt: 10_000 + wait }))
      expect([answer.status, answer.headers["retry-after"]]).toEqual([429, said])
    })
  )
})

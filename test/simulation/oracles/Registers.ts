/** Toys for the linearizability checker: a register that may be read, written, taken and counted up. */
import { Exit } from "effect"
import type { Interval, Specification } from "../../../src/layers/test/oracles/Linearization.ts"

/** `take` gives what is there and leaves nothing, and fails if nothing is there; `increment` answers with the sum. */
export interface Ask {
  readonly does: "read" | "write" | "take" | "increment"
  readonly value: number
}

export const empty = Exit.fail("empty")

export const register: Specification<number, Ask> = {
  initial: () => 0,
  apply: (state, { does, value }) => {
    switch (does) {
      case "read":
        return [state, Exit.succeed(state)]
      case "write":
        return [value, Exit.succeed(undefined)]
      case "take":
        return state === 0 ? [state, empty] : [0, Exit.succeed(state)]
      case "increment":
        return [state + 1, Exit.succeed(state + 1)]
    }
  },
  agrees: (expected, actual) =>
    Exit.isSuccess(expected)
      ? Exit.isSuccess(actual) && expected.value === actual.value
      : Exit.isFailure(actual) && expected.cause.reasons.length > 0
}

/** The same, without any of the checker's ways: every order of every choice of what may have happened. */
export const isExplained = (history: ReadonlyArray<Interval<Ask>>): boolean => {
  const unheard = history.filter(({ ended }) => ended === undefined)
  for (let chosen = 0; chosen < 2 ** unheard.length; chosen++) {
    const happened = history.filter((one) => one.ended !== undefined || ((chosen >> unheard.indexOf(one)) & 1) === 1)
    if (orders(happened).some((order) => isInTime(order) && isAnswered(order))) return true
  }
  return false
}

const orders = <A>(all: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  all.length === 0
    ? [[]]
    : all.flatMap((first, index) => orders(all.toSpliced(index, 1)).map((rest) => [first, ...rest]))

const isInTime = (order: ReadonlyArray<Interval<Ask>>): boolean =>
  order.every((earlier, index) =>
    order.slice(index + 1).every(({ ended }) => ended === undefined || !(ended < earlier.began))
  )

const isAnswered = (order: ReadonlyArray<Interval<Ask>>): boolean => {
  let state = 0
  return order.every(({ answer, now, request }) => {
    const [next, expected] = register.apply(state, request, now)
    state = next
    return answer === undefined || register.agrees(expected, answer)
  })
}
